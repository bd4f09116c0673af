"""Lin's order in Zhao's hands, and people who write to each other."""

from io import BytesIO
from itertools import count

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from chat import rooms, services
from chat.models import Message
from delivery import services as delivery
from dispatch import services as dispatch
from exceptions.library.loading import load_library
from orders import services as orders
from orders.models import Order
from orders.requests import ErrandRequest

_names = count()


def name() -> str:
    """A new name for a line, as a browser makes them."""
    return f"line-{next(_names):08d}"


@pytest.fixture
def library(campus):
    load_library()


@pytest.fixture
def place(campus, places, student_lin, wallet_money, simulated_clock, library):
    """place(): Lin orders a parcel and pays."""

    def order(actor=student_lin) -> Order:
        wallet_money(actor, 20_000)
        data = {"pickup": places.parcel_station, "dropoff": places.dorm_north, "goods_value_fen": 8000}
        made = orders.place_order(
            actor=actor, request=ErrandRequest(campus=campus, kind="parcel", **data), gateway="wallet"
        )
        made.refresh_from_db()
        return made

    return order


@pytest.fixture
def carried(place, courier_zhao) -> Order:
    """Lin's order, accepted by Zhao."""
    order = place()
    dispatch.grab(leg=order.legs.get(), courier=courier_zhao)
    order.refresh_from_db()
    return order


@pytest.fixture
def deliver(courier_zhao):
    """deliver(order): Zhao brings it, Lin confirms."""

    def to_the_end(order: Order) -> Order:
        leg = order.legs.latest("pk")
        for stage in (delivery.arrive_at_pickup, delivery.pick_up, delivery.arrive_at_dropoff):
            leg = stage(leg=leg, actor=courier_zhao.user)
        delivery.deliver(leg=leg, actor=courier_zhao.user, code=order.receiving_code)
        order.refresh_from_db()
        return orders.complete_order(order=order, actor=order.customer)

    return to_the_end


@pytest.fixture
def write():
    """write(person, order, text): a line in the order's chat."""

    def say(person, order: Order, text="hello", **more) -> Message:
        user = getattr(person, "user", person)
        return services.send_message(actor=user, key=f"order-{order.no}", client=name(), text=text, **more)

    return say


@pytest.fixture
def ask():
    """ask(person, text): a line to customer service."""

    def say(person, text="Where is my order?", **more) -> Message:
        return services.contact_support(
            actor=getattr(person, "user", person), client=name(), text=text, **more
        )

    return say


@pytest.fixture
def seen():
    """seen(person, order): the texts that this person sees in the order's chat, in order."""

    def texts(person, order: Order) -> list[str]:
        room = rooms.of_order(getattr(person, "user", person), order.no)
        return [line.text for line in room.messages().exclude(kind="system")]

    return texts


@pytest.fixture
def upload(settings, tmp_path):
    """upload(): a small photo as a browser sends it."""
    settings.MEDIA_ROOT = tmp_path

    def make(more: bytes = b"") -> SimpleUploadedFile:
        out = BytesIO()
        exif = Image.Exif()
        exif.get_ifd(0x8825)[2] = (31.0, 1.0, 2.0)
        Image.new("RGB", (60, 40), "red").save(out, "JPEG", exif=exif)
        return SimpleUploadedFile("photo.jpg", out.getvalue() + more, content_type="image/jpeg")

    return make
