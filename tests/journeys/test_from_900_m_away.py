"""From 900 m away: a courier says "arrived" and "left at the door" elsewhere. They are asked why, with a photo; the
customer is told, a ticket opens, the pay waits, and the customer's word or their four digits end it."""

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from delivery import services as delivery
from delivery.models import Custody, LegStatus
from dispatch import services as dispatch
from exceptions.models import Ticket
from orders import services as orders
from orders.models import Status
from orders.requests import ErrandRequest
from payments.selectors import check_ledger
from payments.services import balance
from tests import factories
from tests.journeys.waiting import leg_of

pytestmark = pytest.mark.browser

DEGREE = 111_195
IS_POSITION = "**/c/position/"


@pytest.fixture
def leg(world, people):
    """Lin's parcel, which Zhao has fetched."""
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
    leg = dispatch.grab(leg=leg_of(order), courier=zhao)
    for stage in (delivery.arrive_at_pickup, delivery.pick_up):
        leg = stage(leg=leg, actor=zhao.user)
    return leg


@pytest.fixture
def courier(people, leg, enter):
    """Zhao's phone, 900 m north of the door, on the page of the job."""
    place = leg.dropoff
    page = enter(
        people[1],
        geolocation={"latitude": place.lat + 900 / DEGREE, "longitude": place.lon, "accuracy": 10},
        permissions=["geolocation"],
    )
    with page.expect_response(IS_POSITION):
        page.goto(f"/c/job/{leg.no}/")
    return page


def photo() -> dict:
    file = BytesIO()
    Image.new("RGB", (640, 480), "grey").save(file, "JPEG")
    return {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def arrive(courier) -> None:
    """Pressed, asked why, and said why."""
    courier.get_by_role("button", name="已到楼下").click()
    expect(courier.get_by_text(re.compile(r"离 .+ 还有 8\d\d 米"))).to_be_visible()
    courier.get_by_role("button", name="我已到达").click()
    expect(
        courier.get_by_role("heading", name="你到了吗？").first
    ).to_be_visible()  # not without a reason and a photo
    say_why(courier, "我已到达")
    expect(courier.get_by_role("button", name="确认送达")).to_be_visible()


def say_why(courier, button: str) -> None:
    courier.get_by_label("手机定位不准").check(force=True)
    courier.locator("input[type=file]").set_input_files(photo())
    courier.get_by_role("button", name=button).click()


def test_left_elsewhere_the_customer_is_asked_and_the_pay_waits(people, leg, courier, enter):
    lin, zhao = people
    student = enter(lin)
    student.goto(f"/o/{leg.order.no}/")
    arrive(courier)

    courier.get_by_role("button", name="确认送达").click()
    courier.get_by_text("没人收？放门口并拍照").click()
    sheet = courier.locator("details.door")
    sheet.locator("input[type=file]").set_input_files(photo())
    sheet.get_by_role("button", name="已放门口").click()
    expect(courier.get_by_text(re.compile(r"离 .+ 还有 8\d\d 米"))).to_be_visible()
    assert not Custody.objects.filter(act="delivered").exists()
    say_why(courier, "已放门口")

    # The customer reads it without touching the page; the case begins with the distance, and the pay waits.
    expect(student.get_by_role("heading", name="东西在你门口吗？")).to_be_visible()
    ticket = Ticket.objects.get()
    assert ticket.type_id == "fake_delivery"
    assert re.match(r"(8\d\d|900) m · ", ticket.description)
    assert orders.release_earnings() == 0
    assert balance("courier_withdrawable", user=zhao.user) == 0

    student.get_by_role("button", name="确认收货").click()
    expect(student.get_by_role("heading", name="已完成")).to_be_visible()
    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolution) == ("resolved", "auto:confirmed")
    assert check_ledger() == []


def test_the_four_digits_end_it_at_once(leg, courier):
    arrive(courier)
    courier.get_by_role("button", name="确认送达").click()
    code = courier.locator("input[name=code]")
    code.fill(leg.order.receiving_code)
    code.press("Enter")
    expect(courier.get_by_text(re.compile("赚到")).first).to_be_visible()
    leg.refresh_from_db()
    leg.order.refresh_from_db()
    assert (leg.status, leg.order.status) == (LegStatus.DONE, Status.DELIVERED)
    assert not Ticket.objects.exists()
