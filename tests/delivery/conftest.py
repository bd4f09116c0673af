"""Open jobs and couriers on their way."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image

from campus.models import Place
from delivery import services
from delivery.models import Leg, RelayStation
from dispatch import services as dispatch
from orders import services as orders
from orders.requests import ErrandRequest
from tests import factories

STAGES = [services.arrive_at_pickup, services.pick_up, services.arrive_at_dropoff]


@pytest.fixture(autouse=True)
def english():
    """What is asked without a page speaks English too, so that tests read."""
    with translation.override("en"):
        yield


@pytest.fixture
def open_job(campus, places, student_lin, wallet_money, simulated_clock):
    """open_job(**changes): Lin orders and pays; the leg that couriers then see. `kind` and `customer` may change."""

    def make(*, kind="parcel", customer=None, **changes) -> Leg:
        customer = customer or student_lin
        wallet_money(customer, 20_000)
        data = {
            "pickup": places.parcel_station,
            "dropoff": places.dorm_north,
            "dropoff_detail": "Room 302",
            "pickup_codes": "5-2-1188",
            "note": "mind the cat",
        }
        order = orders.place_order(
            actor=customer,
            request=ErrandRequest(campus=campus, kind=kind, **(data | changes)),
            gateway="wallet",
        )
        return order.legs.get(sequence=1)

    return make


@pytest.fixture
def carry():
    """carry(leg, courier, stages=n): the courier takes it and goes n stages (3 is at the door)."""

    def go(leg: Leg, courier, stages: int = 0) -> Leg:
        leg = dispatch.grab(leg=leg, courier=courier)
        for stage in STAGES[:stages]:
            leg = stage(leg=leg, actor=courier.user)
        return leg

    return go


@pytest.fixture
def photo():
    """photo(): what a phone uploads."""

    def make(name="photo.jpg"):
        out = BytesIO()
        Image.new("RGB", (40, 30), "green").save(out, "JPEG")
        return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")

    return make


@pytest.fixture
def station(campus, places) -> RelayStation:
    """A relay station with four slots in front of the women's dorms, which everything to them goes by."""
    place = factories.PlaceFactory(
        campus=campus, code="relay", kind=Place.Kind.RELAY_STATION, name="女生中转站", name_en="Women's relay",
        zone=places.dorm_north.zone, lat=31.0272, lon=121.4352,
    )  # fmt: skip
    made = factories.RelayStationFactory(place=place, slots=4)
    made.zones.add(places.dorm_women.zone)
    return made


@pytest.fixture
def keeper_zhou(campus, station):
    """A person who keeps the station."""
    user = factories.UserFactory(username="zhou", name="周芸", campus=campus)
    station.keepers.add(user)
    return user


@pytest.fixture
def to_shelf(open_job, places, courier_zhao, carry, station):
    """to_shelf(): an order for the women's dorm that Zhao has brought to the relay station; its first leg."""

    def go(**changes):
        leg = open_job(dropoff=places.dorm_women, **changes)
        return carry(leg, courier_zhao, stages=3)

    return go


@pytest.fixture
def on_shelf(to_shelf, courier_zhao, station):
    """on_shelf(): the same, put onto the shelf; its second leg."""

    def go(**changes):
        leg = to_shelf(**changes)
        dispatch.process_scan(text=services.place_qr_code(station.place).signed, courier=courier_zhao)
        return leg.order.legs.get(sequence=2)

    return go
