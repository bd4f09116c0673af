"""A phone that dies with the goods: its courier is asked, then called; another one is sent, the customer told first; and the
goods are found where they lie, and brought."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db.models import F
from PIL import Image
from playwright.sync_api import expect

from core import clock
from couriers import services as couriers
from couriers.models import Courier
from delivery import services as delivery
from delivery.models import Custody, Leg, LegStatus
from dispatch import services as dispatch
from exceptions.models import Ticket, Watch
from notifications.models import Notice
from orders import services as orders
from orders.models import History, Order, Status
from orders.requests import ErrandRequest
from payments.models import Account
from payments.selectors import check_ledger
from payments.services import balance
from telephony.models import CallAttempt
from tests import factories
from tests.journeys.conftest import DESK
from tests.journeys.waiting import leg_of

pytestmark = pytest.mark.browser
LONG_AGO = timedelta(minutes=30)


@pytest.fixture
def wang(world):
    user = factories.UserFactory(
        username="wang", name="王客服", campus=world, is_staff=True, language="zh-hans"
    )
    factories.StaffRoleFactory(user=user, campus=world, role="support")
    return user


@pytest.fixture
def qian(world):
    """On duty at the canteen."""
    made = factories.CourierFactory(
        campus=world, user__username="qian", user__name="钱悦", user__language="zh-hans"
    )
    at = factories.places_of(world).canteen
    couriers.report_position(courier=made, lat=at.lat, lon=at.lon)
    return made


@pytest.fixture
def leg(world, people) -> Leg:
    """Lin's parcel, which Zhao has fetched; nothing has come from his phone for half an hour."""
    lin, zhao = people
    places = factories.places_of(world)
    order = orders.place_order(
        actor=lin,
        request=ErrandRequest(
            campus=world, kind="parcel", pickup=places.parcel_station, dropoff=places.dorm_north,
            dropoff_detail="302", floor=3, pickup_codes="1-2-3456",
        ),
        gateway="wallet",
    )  # fmt: skip
    couriers.report_position(courier=zhao, lat=places.print_shop.lat, lon=places.print_shop.lon)
    leg = dispatch.grab(leg=leg_of(order), courier=zhao)
    for stage in (delivery.arrive_at_pickup, delivery.pick_up):
        leg = stage(leg=leg, actor=zhao.user)
    for model, names in (
        (Leg, ("assigned_at", "at_pickup_at", "picked_up_at")), (History, ("at",)), (Custody, ("at",)),
        (Courier, ("located_at",)), (Watch, ("began_at", "step_at")),
    ):  # fmt: skip
        model.objects.update(**{name: F(name) - LONG_AGO for name in names})
    Order.objects.update(stage_due_at=None)
    Leg.objects.update(next_stop_at=clock.now() - timedelta(minutes=1))
    return leg


def pass_minutes(minutes: int) -> None:
    """So long it has been at this step, says the watch's row; and now it is looked at."""
    silent = Watch.objects.filter(detector="courier_silent")
    silent.update(step_at=F("step_at") - timedelta(minutes=minutes), due_at=clock.now())


def photo() -> dict:
    file = BytesIO()
    Image.new("RGB", (640, 480), "grey").save(file, "JPEG")
    return {"name": "goods.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def test_a_phone_that_dies_with_the_goods(people, leg, qian, wang, enter):
    lin, zhao = people
    student, desk, second = enter(lin), enter(wang, DESK), enter(qian)
    student.goto(f"/o/{leg.order.no}/")
    desk.goto("/admin/console/")
    desk.wait_for_selector("html[data-live=on]", state="attached")
    # This machine has no telephone: Chromium would ask what to open, and hear nothing else.
    desk.evaluate("document.addEventListener('oc:call', (event) => event.stopImmediatePropagation(), true)")
    second.goto("/c/route/")

    # Asked by a push, then offered to be called, then a ticket.
    pass_minutes(0)
    wait_for(lambda: Notice.objects.filter(user=zhao.user, kind="courier_silent").exists(), desk)
    pass_minutes(2)
    strip = desk.locator(".oc-silent-row", has_text="赵强")
    expect(strip).to_be_visible()
    with desk.expect_response("**/silent/*/call/"):
        strip.get_by_role("button").click()
    assert CallAttempt.objects.get().callee == zhao.user
    pass_minutes(4)
    expect(desk.locator(".oc-row", has_text="骑手失联")).to_be_visible()
    expect(desk.locator("#oc-ticket").get_by_role("heading", name="骑手失联")).to_be_visible()
    dialog = desk.locator("#oc-dialog")
    desk.locator("#oc-ticket").get_by_role("button", name="换人去接手").click()

    # Rescued: the nearest is chosen already; the customer knows it before either courier does.
    expect(dialog.get_by_text("最先告诉顾客")).to_be_visible()
    dialog.get_by_label("怎么交接").select_option("fetch")
    dialog.get_by_label("具体位置和怎么认（选填）").fill("打印店门口的长椅上")
    dialog.get_by_label("原骑手为什么送不了（三方都会看到）").fill("手机没电了")
    before = Notice.objects.latest("pk").pk
    dialog.get_by_role("button", name="确认换人去接手").click()
    expect(student.get_by_role("heading", name="另一位骑手正在去接手")).to_be_visible()
    wait_for(lambda: Notice.objects.filter(pk__gt=before, kind="rescue_given").exists(), desk)
    told = list(Notice.objects.filter(pk__gt=before, kind__startswith="rescue").order_by("pk"))
    assert told[0].user == lin
    assert {notice.user for notice in told} == {lin, zhao.user, qian.user}

    # Found where it lies.
    second.get_by_role("link", name="打印").first.click()
    expect(second.get_by_text("打印店门口的长椅上")).to_be_visible()
    second.get_by_role("button", name="已到达").click()
    second.get_by_role("button", name="改为拍照").click()
    sheet = second.locator("#collect-form")
    sheet.locator("input[type=file]").set_input_files(photo())
    sheet.get_by_role("button", name="我拿到了").click()
    expect(second.get_by_role("button", name="已到楼下")).to_be_visible()
    expect(student.get_by_role("heading", name="骑手正飞奔向你")).to_be_visible()

    fetched = Leg.objects.get(rescues=leg)
    delivery.arrive_at_dropoff(leg=fetched, actor=qian.user)
    delivery.deliver(leg=fetched, actor=qian.user, code=leg.order.receiving_code)
    expect(student.get_by_role("heading", name="已送达")).to_be_visible()
    leg.refresh_from_db()
    leg.order.refresh_from_db()
    assert (leg.status, leg.order.status) == (LegStatus.HANDED_ON, Status.DELIVERED)
    assert balance(Account.Kind.ESCROW, ref=leg.order.no) == 0
    assert check_ledger() == []
    assert Ticket.objects.get(type="courier_offline").resolution == "auto:delivered"


def wait_for(holds, page) -> None:
    """Until the scanner's thread has seen to it."""
    for _ in range(150):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come")
