"""The whole story with three browsers open at once: ordered, carried, late, seen by the operator, put right, told."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.models import StaffRole
from core import clock
from delivery.models import LegStatus
from orders import lifecycle
from orders.models import Order, Status
from payments.selectors import check_ledger
from payments.services import account, balance, transfer
from tests import factories
from tests.journeys.conftest import DESK
from tests.pages import mentions

pytestmark = pytest.mark.browser


@pytest.fixture
def people(world):
    """Student Lin with an address and money, courier Zhao off duty, operator Wang; all read Chinese."""
    lin = factories.UserFactory(username="lin", name="林晓", campus=world, language="zh-hans")
    place = factories.places_of(world).dorm_north
    factories.AddressFactory(user=lin, place=place, detail="302", contact_name="林晓", is_default=True)
    transfer(
        key="pocket-money",
        reason="topup",
        moves=[(account("gateway", gateway="sandbox"), -5000), (account("wallet", user=lin), 5000)],
    )
    zhao = factories.CourierFactory(
        campus=world, user__username="zhao", user__name="赵强", user__language="zh-hans", on_duty=False
    )
    wang = factories.UserFactory(
        username="wang", name="王芳", campus=world, is_staff=True, language="zh-hans"
    )
    factories.StaffRoleFactory(user=wang, campus=world, role=StaffRole.Role.SUPPORT)
    return lin, zhao, wang


def order_a_parcel(student) -> str:
    """Through the wizard to the order's page; the order's number."""
    student.goto("/")
    student.get_by_role("link", name=re.compile("取快递")).first.click()
    student.get_by_label("取件码").fill("12-3-4567")
    student.get_by_role("button", name="下单并支付").click()
    student.wait_for_url(re.compile(r"/o/\w+/"))
    return re.search(r"/o/(\w+)/", student.url)[1]


def run_late(no: str) -> None:
    """The promise was for a moment ago."""
    with lifecycle.lock_order(Order.objects.get(no=no).pk) as order:
        order.promised_at = order.promise_due_at = clock.now() - timedelta(seconds=1)
        lifecycle.save_transition(order, "late")


def test_ordered_carried_late_put_right_and_told(people, enter):
    lin, zhao, wang = people
    student, courier, operator = enter(lin), enter(zhao), enter(wang, DESK)
    operator.goto("/admin/console/")
    courier.goto("/c/")
    courier.get_by_role("button", name="开始听单").click()

    no = order_a_parcel(student)
    expect(student.get_by_text("正在找骑手").first).to_be_visible()

    # The job rings in the hall without reloading; no room, no code before it is the courier's.
    take = courier.get_by_role("button", name="抢单")
    expect(take).to_be_visible()
    assert not mentions(courier.content(), "302")
    assert "12-3-4567" not in courier.content()
    take.click()
    courier.wait_for_url(re.compile("/c/job/"))
    expect(student.get_by_text("赵").first).to_be_visible()
    courier.get_by_role("button", name="已到", exact=False).last.click()
    expect(courier.get_by_text("12-3-4567")).to_be_visible()

    # The promise passes: the operator sees it without touching the page.
    run_late(no)
    row = operator.get_by_role("link", name=re.compile("超时未送达"))
    expect(row).to_be_visible()
    row.click()
    operator.get_by_role("button", name=re.compile("采纳")).click()
    expect(student.get_by_text("承诺时间延后")).to_be_visible()
    order = Order.objects.get(no=no)
    assert order.promised_at > clock.now()

    # And something for the waiting: the operator sees the money before pressing, the student is told.
    operator.get_by_role("button", name=re.compile("赔付")).first.click()
    dialog = operator.locator("#oc-dialog-body")
    dialog.locator("input[name$=amount_fen]").fill("3")
    dialog.locator("[name$=text]").fill("让你久等了")
    expect(dialog).to_contain_text("¥3")
    before = balance("wallet", user=lin)
    dialog.locator("[name=and_resolve]").check()
    dialog.locator("button[type=submit]").click()
    settled = student.get_by_role("link", name=re.compile("超时未送达.*处理得怎么样"))
    expect(settled).to_be_visible()
    settled.click()
    expect(student.get_by_text(re.compile("¥3")).first).to_be_visible()
    student.goto(f"/o/{no}/")
    assert balance("wallet", user=lin) == before + 300

    courier.get_by_role("button", name=re.compile("已取")).last.click()
    expect(student.get_by_role("heading", name=re.compile("飞奔"))).to_be_visible()
    courier.get_by_role("button", name=re.compile("已到")).last.click()
    courier.get_by_role("button", name="确认送达").click()
    code = courier.locator("input[name=code]")
    code.fill(order.receiving_code)
    code.press("Enter")
    expect(student.get_by_role("heading", name="已送达")).to_be_visible()

    student.goto("/inbox/")
    student.locator(".earlier summary").first.click()  # what is about one order stands together
    expect(student.get_by_text(re.compile("赔付")).first).to_be_visible()
    assert Order.objects.get(no=no).status == Status.DELIVERED
    assert order.legs.get().status == LegStatus.DONE
    assert check_ledger() == []


def test_a_room_stays_with_its_building(people, world, enter):
    (lin, *_), places = people, factories.places_of(world)
    student = enter(lin)
    student.goto("/new/parcel/")
    room, address = student.get_by_label("楼层和房间"), student.get_by_role("button", name="302")

    def deliver_to(place) -> None:
        student.locator("[data-picker-toggle]").last.click()
        student.locator(f'label.picker-option:has(input[name="dropoff"][value="{place.pk}"])').click()

    expect(room).to_have_value("302")
    deliver_to(places.canteen)
    expect(room).to_have_value("")
    room.fill("二楼 5 号窗")
    deliver_to(places.dorm_north)
    expect(room).to_have_value("302")
    deliver_to(places.canteen)
    expect(room).to_have_value("二楼 5 号窗")
    address.click()
    expect(room).to_have_value("302")
    expect(student.locator('input[name="dropoff"]:checked')).to_have_value(str(places.dorm_north.pk))
