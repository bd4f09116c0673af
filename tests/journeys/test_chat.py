"""People write to each other while the line is cut, and a question becomes a ticket with everything that was said."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import StaffRole
from chat.models import Message
from dispatch import services as dispatch
from exceptions.models import Ticket
from orders import services as orders
from orders.models import Order
from orders.requests import ErrandRequest
from payments.services import account, transfer
from tests import factories
from tests.core.test_images import upload
from tests.journeys.conftest import DESK
from tests.journeys.waiting import leg_of

pytestmark = pytest.mark.browser


@pytest.fixture
def order(world) -> Order:
    """Lin's parcel in Zhao's hands; all read Chinese."""
    lin = factories.UserFactory(username="lin", name="林晓", campus=world, language="zh-hans")
    zhao = factories.CourierFactory(
        campus=world, user__username="zhao", user__name="赵强", user__language="zh-hans"
    )
    gateway, wallet = account("gateway", gateway="sandbox"), account("wallet", user=lin)
    transfer(key="pocket-money", reason="topup", moves=[(gateway, -5000), (wallet, 5000)])
    places = factories.places_of(world)
    made = orders.place_order(
        actor=lin,
        request=ErrandRequest(
            campus=world,
            kind="parcel",
            pickup=places.parcel_station,
            dropoff=places.dorm_north,
            what="一箱牛奶",
        ),
        gateway="wallet",
    )
    dispatch.grab(leg=leg_of(made), courier=zhao)
    return Order.objects.get(pk=made.pk)


@pytest.fixture
def wang(world):
    user = factories.UserFactory(
        username="wang", name="王芳", campus=world, is_staff=True, language="zh-hans"
    )
    factories.StaffRoleFactory(user=user, campus=world, role=StaffRole.Role.SUPPORT)
    return user


def live(page) -> None:
    """The line is open and the page's scripts have run: on a slow machine the chat's own comes after the line."""
    page.wait_for_load_state("domcontentloaded")
    expect(page.locator("html")).to_have_attribute("data-live", "on", timeout=30_000)


def write(page, text: str) -> None:
    page.locator("[data-chat-form] textarea").fill(text)
    page.locator("[data-chat-form] textarea").press("Enter")


def shown(page) -> list[str]:
    """The words of people on the page, in order."""
    return page.locator("[data-chat-list] .msg:not(.msg-sys) .msg-text").all_inner_texts()


def wait_for(page, *texts: str) -> None:
    """Exactly these lines, once each and in this order."""
    expect(page.locator("[data-chat-list] .msg:not(.msg-sys) .msg-text")).to_have_text(
        list(texts), timeout=30_000
    )
    expect(page.locator(".is-pending")).to_have_count(0, timeout=30_000)


def test_said_while_the_line_was_cut_it_arrives_once_and_in_order(order, enter):
    student, courier = enter(order.customer), enter(order.legs.get().courier)
    student.goto(f"/o/{order.no}/")
    live(student)
    courier.goto(f"/c/job/{order.legs.get().no}/")
    courier.get_by_role("link", name="给顾客发消息").click()
    live(courier)
    expect(courier.get_by_role("heading", name="林同学")).to_be_visible()
    courier.get_by_role("button", name="我到楼下了").click()
    wait_for(courier, "我到楼下了")

    # The order's page says that something was written, without being reloaded.
    button = student.get_by_role("link", name=re.compile("给骑手发消息"))
    expect(button).to_contain_text("1")
    button.click()
    live(student)
    expect(student.get_by_role("heading", name="赵师傅")).to_be_visible()
    write(student, "好的，马上下来")
    wait_for(courier, "我到楼下了", "好的，马上下来")
    expect(student.locator("[data-mark]").last).to_have_text("已读")

    # Lin's line is cut in the middle: what both say meanwhile waits, visibly.
    student.context.set_offline(True)
    expect(student.locator("html")).to_have_attribute("data-live", "offline")
    write(student, "电梯坏了")
    write(student, "我走楼梯")
    expect(student.locator(".is-pending")).to_have_count(2)
    expect(student.locator(".is-pending").first).to_contain_text("等待网络")
    write(courier, "不急")
    wait_for(courier, "我到楼下了", "好的，马上下来", "不急")

    student.context.set_offline(False)
    everything = ["我到楼下了", "好的，马上下来", "不急", "电梯坏了", "我走楼梯"]
    wait_for(student, *everything)
    wait_for(courier, *everything)
    student.reload()
    assert shown(student) == everything
    assert list(Message.objects.order_by("seq").values_list("text", flat=True)) == everything
    assert order.customer.phone not in courier.content()
    assert order.legs.get().courier.user.phone not in student.content()


def test_an_answer_that_is_lost_on_the_way_does_not_say_it_twice(order, enter):
    """The server has the line, the browser never hears of it, and the person loads the page again."""
    student = enter(order.customer)
    student.goto(f"/o/{order.no}/chat/")
    lost = []

    def swallow(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort("connectionreset")

    student.route("**/say/", swallow)
    write(student, "听得到吗")
    write(student, "喂")
    wait_for(student, "听得到吗", "喂")
    assert lost == [200]
    student.reload()
    wait_for(student, "听得到吗", "喂")
    assert list(Message.objects.order_by("seq").values_list("text", flat=True)) == ["听得到吗", "喂"]


def test_what_waits_outlives_the_page(order, enter):
    student = enter(order.customer)
    student.goto(f"/o/{order.no}/chat/")
    student.route("**/say/", lambda route: route.abort("connectionfailed"))
    write(student, "放门口就行")
    expect(student.locator(".is-pending")).to_contain_text("等待网络")
    student.reload()
    expect(student.locator(".is-pending")).to_contain_text("放门口就行")
    student.unroute("**/say/")
    student.reload()
    wait_for(student, "放门口就行")


def test_what_is_refused_says_why_and_can_be_dropped(order, enter, tmp_path):
    student = enter(order.customer)
    student.goto(f"/o/{order.no}/chat/")
    page = tmp_path / "photo.jpg"
    page.write_text("<html><script>alert(1)</script>", encoding="utf-8")
    student.locator("[data-chat-photo]").set_input_files(page)
    failed = student.locator(".is-failed")
    expect(failed).to_contain_text("未发送")
    failed.get_by_role("button", name="删除").click()
    expect(failed).to_have_count(0)
    assert not Message.objects.exists()


def test_a_photo_that_this_browser_cannot_draw_is_sent_all_the_same(order, enter):
    student = enter(order.customer)
    student.goto(f"/o/{order.no}/chat/")
    heic = {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": upload("HEIF").read()}
    student.locator("[data-chat-photo]").set_input_files(heic)
    picture = student.locator(".msg-photo img[src*='/photo/']")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 60)


def test_a_question_becomes_a_ticket_with_everything_that_was_said(order, wang, enter):
    courier = enter(order.legs.get().courier)
    courier.goto(f"/o/{order.no}/chat/")
    write(courier, "箱子摔了一下，不好意思")
    wait_for(courier, "箱子摔了一下，不好意思")

    operator = enter(wang, DESK)
    operator.goto("/admin/desk/")
    live(operator)
    student = enter(order.customer)
    student.goto(f"/o/{order.no}/")
    student.get_by_role("link", name="联系客服").click()
    live(student)
    expect(student.get_by_role("radio", checked=True)).to_have_value(f"order:{order.no}")
    write(student, "牛奶压坏了，怎么办？")
    expect(student.get_by_text("已为你排队")).to_be_visible()
    expect(student.get_by_text("下一位就是你")).to_be_visible()

    # It rings on the desk, is counted in the menu, and opens beside the person's orders.
    row = operator.locator("#desk-list .oc-row", has_text="林晓")
    expect(row).to_be_visible()
    expect(operator.locator("#nav-sidebar-apps .oc-badge", has_text="1")).to_be_visible()
    row.click()
    expect(operator.locator("#desk-talk")).to_contain_text("牛奶压坏了")
    expect(operator.locator(".desk-side")).to_contain_text("一箱牛奶")
    write(operator, "您好，我来帮您登记")
    wait_for(student, "牛奶压坏了，怎么办？", "您好，我来帮您登记")
    expect(student.get_by_text("客服正在为你服务")).to_be_visible()
    write(student, "谢谢")
    wait_for(operator, "牛奶压坏了，怎么办？", "您好，我来帮您登记", "谢谢")

    operator.get_by_role("button", name="转为工单").click()
    dialog = operator.locator("#desk-dialog-body")
    expect(dialog.locator("textarea")).to_have_value(re.compile("牛奶压坏了"))
    dialog.locator("select[name=type]").select_option("other")
    dialog.locator("button[type=submit]").click()
    expect(student.get_by_text("已登记为工单")).to_be_visible()
    ticket = Ticket.objects.get(order=order, type="other")
    assert ticket.reporter == order.customer

    # A browser without a telephone cannot dial: the attempt is written down all the same.
    student.goto(f"/o/{order.no}/")
    with student.expect_response("**/c/call/**"):
        student.get_by_role("button", name="给骑手打电话").click()

    operator.goto(f"/admin/console/?t={ticket.no}")
    timeline = operator.locator("#oc-timeline")
    for words in ("牛奶压坏了，怎么办？", "您好，我来帮您登记", "箱子摔了一下，不好意思", "给骑手打了电话"):
        expect(timeline).to_contain_text(words)
    student.goto(f"/tickets/{ticket.no}/")
    expect(student.get_by_role("heading", name=re.compile("其他")).first).to_be_visible()
