"""A women's dorm and only a man on duty, who then goes home: it is said before paying, on the way and in the station, and in
the end she fetches it herself."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import StaffRole
from campus.models import Place
from couriers import services as couriers
from delivery import services as delivery
from delivery.models import Custody, RelayStation
from orders.models import Order, Status
from payments.selectors import check_ledger
from payments.services import account, balance, transfer
from tests import factories
from tests.journeys.conftest import DESK
from tests.journeys.test_main_story import order_a_parcel
from tests.journeys.test_relay import enter_digits

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(world):
    """Mei with her address in a women's dorm, courier Zhao (he), a station that couriers use by themselves, operator Wang."""
    places = factories.places_of(world)

    def person(username, name, **fields):
        return factories.UserFactory(username=username, name=name, campus=world, language="zh-hans", **fields)

    mei = person("mei", "梅雨", gender="female")
    factories.AddressFactory(user=mei, place=places.dorm_women, detail="516", is_default=True)
    transfer(
        key="pocket-money", reason="topup",
        moves=[(account("gateway", gateway="sandbox"), -9000), (account("wallet", user=mei), 9000)],
    )  # fmt: skip
    zhao = factories.CourierFactory(campus=world, user=person("zhao", "赵强"))
    place = factories.PlaceFactory(
        campus=world,
        code="relay",
        kind=Place.Kind.RELAY_STATION,
        name="沁园中转站",
        lat=31.0272,
        lon=121.4352,
    )
    station = factories.RelayStationFactory(place=place, use=RelayStation.Use.WHEN_NEEDED)
    station.zones.add(places.dorm_women.zone)
    wang = person("wang", "王芳", is_staff=True)
    factories.StaffRoleFactory(user=wang, campus=world, role=StaffRole.Role.SUPPORT)
    return mei, zhao, station, wang


def test_only_a_man_on_duty_then_nobody(cast, enter):
    mei, zhao, station, wang = cast
    student, man, operator = enter(mei), enter(zhao), enter(wang, DESK)
    operator.goto("/admin/console/")

    # Before paying: by which station it goes, and that nobody could take it on from there.
    student.goto("/new/parcel/")
    expect(student.get_by_text("先送到沁园中转站")).to_be_visible()
    expect(student.get_by_text("现在没有能从那里送到你门口的骑手在线")).to_be_visible()
    expect(student.get_by_role("button", name="只送到沁园中转站，我自己去取")).to_be_visible()
    order = Order.objects.get(no=order_a_parcel(student))
    expect(student.get_by_text("在线的骑手中有 1 位现在就能接单")).to_be_visible()
    expect(student.get_by_role("button", name="催一催")).to_have_count(0)

    # On the way: the station's name, no route to her door, no receiving code.
    man.goto("/c/")
    man.get_by_role("button", name="抢单").click()
    man.wait_for_url(re.compile("/c/job/"))
    expect(student.get_by_text(re.compile("再送到沁园中转站"))).to_be_visible()
    man.get_by_role("button", name=re.compile("已到")).last.click()
    man.get_by_role("button", name=re.compile("已取")).last.click()
    expect(student.get_by_role("heading", name="正送往沁园中转站")).to_be_visible()
    expect(student.get_by_text("收货码")).to_have_count(0)
    expect(student.get_by_role("link", name="出示收货码")).to_have_count(0)

    # In the station, and then nobody is on duty at all: customer and operator hear of it at once.
    digits = delivery.place_qr_code(station.place).digits
    man.goto("/c/scan/")
    enter_digits(man, digits)
    expect(student.get_by_role("heading", name="已到沁园中转站")).to_be_visible()
    row = operator.get_by_role("link", name=re.compile("中转后无人接力"))
    expect(row).to_be_visible()
    couriers.set_duty(courier=zhao, on=False)
    student.reload()
    expect(student.get_by_text("现在没有人能送到你门口").first).to_be_visible()
    expect(student.get_by_text("你的物品在中转站，现在没有人能送上门").first).to_be_visible()

    # She fetches it herself, with the station's code; the way to her door costs nobody anything.
    before = balance("wallet", user=mei)
    student.get_by_role("link", name="我自己去取").click()
    enter_digits(student, digits)
    expect(student.get_by_role("heading", name="你已自取")).to_be_visible()
    order.refresh_from_db()
    assert order.status == Status.DELIVERED
    _first, second = order.legs.order_by("sequence")
    assert balance("wallet", user=mei) == before + second.pay_fen
    assert (second.status, second.courier) == ("cancelled", None)
    last = Custody.objects.filter(order=order).latest("at", "pk")
    assert (last.act, last.taker) == ("fetched", mei)
    student.get_by_role("button", name="确认收货").click()
    expect(student.get_by_role("heading", name="已完成")).to_be_visible()
    assert check_ledger() == []
