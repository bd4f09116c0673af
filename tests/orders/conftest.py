"""Lin's orders in every state that a page can meet, made by the services that pages call."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from delivery import services as delivery
from dispatch import services as dispatch
from orders import services
from orders.models import Order
from orders.requests import ErrandRequest


@pytest.fixture
def ordered(campus, places, student_lin, wallet_money, simulated_clock):
    """ordered(actor, gateway, kind, **data): a parcel to dorm 3, paid from a full wallet."""

    def make(actor=student_lin, gateway="wallet", kind="parcel", **data) -> Order:
        wallet_money(actor, 20_000)
        wish = {
            "pickup": places.parcel_station,
            "dropoff": places.dorm_north,
            "dropoff_detail": "3楼 302",
            "pickup_codes": "5-2-1188",
        }
        order = services.place_order(
            actor=actor, request=ErrandRequest(campus=campus, kind=kind, **(wish | data)), gateway=gateway
        )
        order.refresh_from_db()
        return order

    return make


@pytest.fixture
def carried(courier_zhao):
    """carried(order, *stages): Zhao takes it and does these stages. Returns the leg."""

    def go(order: Order, *stages: str, courier=courier_zhao):
        leg = dispatch.grab(leg=order.legs.latest("id"), courier=courier, actor=courier.user)
        for stage in stages:
            getattr(delivery, stage)(leg=leg, actor=courier.user)
        order.refresh_from_db()
        return leg

    return go


TO_THE_DOOR = ("arrive_at_pickup", "pick_up", "arrive_at_dropoff")


@pytest.fixture
def delivered(ordered, carried, courier_zhao):
    """delivered(**data): an order that Zhao has handed over."""

    def make(**more) -> Order:
        order = ordered(**more)
        leg = carried(order, *TO_THE_DOOR)
        delivery.deliver(leg=leg, actor=courier_zhao.user, code=order.receiving_code)
        order.refresh_from_db()
        return order

    return make


@pytest.fixture
def picture():
    """picture(**kwargs): an uploaded photo."""

    def make(name="p.png", size=(40, 30), colour="red", form="PNG", **save) -> SimpleUploadedFile:
        out = BytesIO()
        Image.new("RGB", size, colour).save(out, form, **save)
        return SimpleUploadedFile(name, out.getvalue(), f"image/{form.lower()}")

    return make


# -- The form of an errand, in a browser --------------------------------------------------------------------


@pytest.fixture
def browser(client_of, student_lin, campus, simulated_clock):
    return client_of(student_lin)


@pytest.fixture
def rich(wallet_money, student_lin):
    wallet_money(student_lin, 50_000)


@pytest.fixture
def filled(places):
    """filled(kind, **changes): what the form of a kind sends."""

    def make(kind="parcel", **changes) -> dict:
        of_kind = {
            "parcel": {"pickup": places.parcel_station.pk, "pickup_codes": "5-2-1188", "size": "S", "weight_kg": 1},
            "purchase": {
                "pickup": "", "pickup_detail": "", "shopping_list": "Milk\nBread", "budget": "30",
                "when_missing": "similar", "weight_kg": 1,
            },
            "document": {"pickup": places.print_shop.pk, "what": "A thesis"},
            "queue": {"what": "A seat", "minutes": 30},
            "haul": {
                "pickup": places.gate.pk, "what": "Suitcases", "pieces": 2, "heaviest_kg": 10, "stairs": 2,
            },
            "custom": {"pickup": "", "what": "Find my umbrella", "fee_offer": "8"},
        }[kind]  # fmt: skip
        return {
            "dropoff": places.dorm_north.pk, "dropoff_detail": "302", "window": "asap", "gender_wanted": "any",
            "tip": "", "note": "", "goods_value": "", "contact_name": "", "contact_phone": "", "gateway": "wallet",
            "key": "0123456789", "forced_was": "", **of_kind, **changes,
        }  # fmt: skip

    return make
