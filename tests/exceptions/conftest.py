"""Orders in every stage, made through the services, and tickets about them."""

import pytest
from django.db.models import Sum

from delivery import services as delivery
from dispatch import services as dispatch
from exceptions.detection.scanner import scan
from exceptions.library.loading import load_library
from exceptions.models import Ticket
from exceptions.tickets import services
from orders import services as orders
from orders.models import Order
from orders.requests import ErrandRequest
from payments.models import Account, Entry, Payment


@pytest.fixture
def library(campus):
    """The shipped types, and the campus's compensation rules."""
    load_library()


@pytest.fixture
def place(campus, places, student_lin, wallet_money, simulated_clock, library):
    """place(**changes): Lin orders a parcel worth ¥80 and pays from a full wallet."""

    def order(actor=student_lin, **changes) -> Order:
        wallet_money(actor, 20_000)
        data = {
            "pickup": places.parcel_station,
            "dropoff": places.dorm_north,
            "dropoff_detail": "302",
            "pickup_codes": "5-2-1188",
            "goods_value_fen": 8000,
        }
        made = orders.place_order(
            actor=actor,
            request=ErrandRequest(campus=campus, **({"kind": "parcel"} | data | changes)),
            gateway=Payment.Gateway.WALLET,
        )
        made.refresh_from_db()
        return made

    return order


@pytest.fixture
def order(place) -> Order:
    """Lin's order, paid, in the hall."""
    return place()


@pytest.fixture
def walk(courier_zhao):
    """walk(order, "picked_up"): Zhao takes the order as far as the named stage of the leg (or "delivered")."""

    def to(order: Order, stage: str, courier=courier_zhao) -> Order:
        leg = order.legs.latest("pk")
        steps = {
            "assigned": lambda: dispatch.grab(leg=leg, courier=courier),
            "at_pickup": lambda: delivery.arrive_at_pickup(leg=leg, actor=courier.user),
            "picked_up": lambda: delivery.pick_up(leg=leg, actor=courier.user),
            "at_dropoff": lambda: delivery.arrive_at_dropoff(leg=leg, actor=courier.user),
            "delivered": lambda: delivery.deliver(leg=leg, actor=courier.user, code=order.receiving_code),
        }
        for name, step in steps.items():
            leg.refresh_from_db()
            if leg.status not in (*list(steps)[list(steps).index(name) :], "done"):
                step()
            if name == stage:
                break
        order.refresh_from_db()
        return order

    return to


@pytest.fixture
def pass_promise(simulated_clock):
    """pass_promise(order, minutes): it is so many minutes past the promised time, and the scanner has looked."""

    def until(order: Order, minutes: float = 1) -> Ticket:
        from datetime import timedelta

        simulated_clock.move_to(order.promised_at + timedelta(minutes=minutes))
        scan()
        order.refresh_from_db()
        return order.tickets.filter(type="overdue").latest("pk")

    return until


@pytest.fixture
def overdue(order, walk, pass_promise) -> Ticket:
    """Lin's order is on its way with Zhao, and a minute late."""
    walk(order, "picked_up")
    return pass_promise(order)


@pytest.fixture
def damaged(order, walk, student_lin, photo) -> Ticket:
    """Delivered by Zhao; Lin reports it damaged, with a photo."""
    walk(order, "delivered")
    return services.report(
        order=order, type="goods_damaged", source="customer", actor=student_lin, description="The screen is cracked",
        photos=[photo()],
    )  # fmt: skip


@pytest.fixture
def photo(settings, tmp_path):
    """photo(): a clean picture, as forms hand it on."""
    from io import BytesIO

    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    from core.images import clean_photo

    settings.MEDIA_ROOT = tmp_path

    def make(raw: bool = False):
        out = BytesIO()
        Image.new("RGB", (40, 30), "red").save(out, "JPEG")
        uploaded = SimpleUploadedFile("photo.jpg", out.getvalue(), content_type="image/jpeg")
        return uploaded if raw else clean_photo(uploaded)

    return make


@pytest.fixture
def moved(student_lin, courier_zhao, campus):
    """moved(since): who gained what by the ledger's entries after that one."""

    def since(entry_pk: int, order) -> dict[str, int]:
        ledger_accounts = {
            "customer": {"kind": Account.Kind.WALLET, "user": student_lin},
            "courier": {"kind__in": ["courier_earnings", "courier_withdrawable"], "user": courier_zhao.user},
            "platform": {"kind": Account.Kind.PLATFORM_COMPENSATION, "campus": campus},
            "order": {"kind": Account.Kind.ESCROW, "ref": order.no},
        }
        found = {}
        for who, ledger_account in ledger_accounts.items():
            entries = Entry.objects.filter(
                pk__gt=entry_pk, **{f"account__{k}": v for k, v in ledger_account.items()}
            )
            fen = entries.aggregate(fen=Sum("amount"))["fen"]
            if fen:
                found[who] = fen
        return found

    return since


@pytest.fixture
def desk(client_of, operator_wang):
    """Wang's browser, with htmx in it."""
    browser = client_of(operator_wang)
    browser.defaults["HTTP_HX_REQUEST"] = "true"
    return browser
