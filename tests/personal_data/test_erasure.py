"""Somebody who used everything is erased; then every table and every file is searched for what told who it was."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.urls import reverse

from accounts import services as accounts
from accounts.models import Session, User
from chat import services as chat
from chat.models import Message
from core import clock, files, personal_data
from core.images import clean_photo
from core.models import FileDeletion
from core.outbox import drain
from couriers import services as couriers
from delivery import services as delivery
from dispatch import services as dispatch
from exceptions.library.loading import load_library
from exceptions.models import Evidence, TicketEvent
from exceptions.tickets import services as tickets
from notifications.models import Notice
from notifications.services import notify
from orders import services as orders
from orders.models import Order, Photo
from orders.requests import ErrandRequest
from payments import selectors as money
from payments import services as payments
from payments.models import Account, Withdrawal
from payments.services import Payee
from tests.chat.conftest import name as line_name
from tests.chat.conftest import upload  # noqa: F401  (a fixture)
from tests.exceptions.actions.running import run
from tests.factories import AddressFactory

ACCOUNT = "6222020200998877"
RECEIVER = "18812349876"
# Words that stand nowhere else.
WORDS = ["榴莲千层", "南楼七零三", "紫色行李箱", "别敲门有猫", "黄昏锁坏了", "绿萝倒了", "麒麟手套"]


@pytest.fixture
def picture(upload):  # noqa: F811
    return lambda: clean_photo(upload())


@pytest.fixture
def lin(student_lin, courier_zhao, campus, places, wallet_money, simulated_clock, picture, client_of, operator_wang,
        supervisor_sun, finance_li):  # fmt: skip
    """Lin, who ordered, wrote, complained, was paid out, was looked up, and has begun another order on two devices."""
    load_library()
    lin, zhao = student_lin, courier_zhao
    User.objects.filter(pk=lin.pk).update(email="linxiao@campus.example")
    accounts.give_consents(user=lin)
    AddressFactory(
        user=lin, place=places.dorm_north, detail=WORDS[1], contact_name=lin.name, contact_phone=RECEIVER
    )
    wallet_money(lin, 50_000)

    def order(kind="parcel", **more) -> Order:
        data = {
            "pickup": places.parcel_station, "dropoff": places.dorm_north, "dropoff_detail": WORDS[1],
            "pickup_codes": "5-2-1188", "contact_name": lin.name, "contact_phone": RECEIVER, "note": WORDS[3],
            "goods_value_fen": 8000, "photos": [picture()],
        } | more  # fmt: skip
        made = orders.place_order(
            actor=lin, request=ErrandRequest(campus=campus, kind=kind, **data), gateway="wallet"
        )
        made.refresh_from_db()
        return made

    wishes = {
        "parcel": {"what": f"取{WORDS[2]}"},
        "purchase": {
            "answers": {"shopping_list": f"{WORDS[0]} {lin.phone}"},
            "budget_fen": 2000,
            "what": WORDS[0],
        },
        "document": {"what": WORDS[2]},
    }
    for kind, wish in wishes.items():
        made = order(kind, **wish)
        leg = dispatch.grab(leg=made.legs.get(), courier=zhao)
        chat.send_message(
            actor=lin,
            key=f"order-{made.no}",
            client=line_name(),
            text=f"我是{lin.name} {lin.phone} {WORDS[4]}",
        )
        chat.send_message(
            actor=zhao.user, key=f"order-{made.no}", client=line_name(), text=f"{lin.name}你好，{WORDS[1]}吗"
        )
        chat.send_message(actor=lin, key=f"order-{made.no}", client=line_name(), text="", photo=picture())
        leg = delivery.arrive_at_pickup(leg=leg, actor=zhao.user)
        if kind == "purchase":
            delivery.buy_goods(leg=leg, actor=zhao.user, cost_fen=1500, photo=picture())
            leg.refresh_from_db()
        leg = delivery.pick_up(leg=leg, actor=zhao.user)
        leg = delivery.arrive_at_dropoff(leg=leg, actor=zhao.user)
        made.refresh_from_db()
        delivery.deliver(leg=leg, actor=zhao.user, photo=picture())
        ticket = tickets.report(
            order=made, type="goods_damaged", source="customer", actor=lin, description=f"{WORDS[5]}，{lin.phone}",
            photos=[picture()],
        )  # fmt: skip
        tickets.claim(ticket=ticket, actor=operator_wang)
        ticket.refresh_from_db()
        run(
            ticket,
            "ask_party",
            operator_wang,
            key="a",
            party="customer",
            text=f"{lin.name}，{WORDS[1]}怎么了？",
            minutes=5,
        )
        ticket.refresh_from_db()
        tickets.answer(ticket=ticket, actor=lin, text=f"{WORDS[6]}也坏了", photos=[picture()])
        ticket.refresh_from_db()
        run(ticket, "note", operator_wang, key="b", text=f"{lin.name} 住{WORDS[1]}")
        ticket.refresh_from_db()
        tickets.resolve(ticket=ticket, actor=operator_wang, resolution=f"赔给{lin.name}：{WORDS[5]}")
        made.refresh_from_db()
        orders.complete_order(order=made, actor=lin)
    chat.contact_support(actor=lin, client=line_name(), text=f"{WORDS[4]} {lin.phone}")
    notify(
        user=zhao.user,
        kind="test",
        title=f"{lin.name}",
        link=reverse("orders:detail", args=[made.no]),
        body=f"{WORDS[0]}",
    )
    simulated_clock.advance(days=9)  # nobody may reopen a ticket
    drain()
    left = Account.objects.get(user=lin, kind=Account.Kind.WALLET).balance
    one = payments.request_withdrawal(
        key="w", user=lin, campus=campus, source="wallet", amount=left, payee=Payee("bank", lin.name, ACCOUNT, "南湖银行"),
    )  # fmt: skip
    payments.approve_withdrawal(withdrawal=one, actor=finance_li)
    payments.book_paid(withdrawal=one, actor=supervisor_sun, gateway_no="T1")
    accounts.reveal_phone(user=lin, actor=supervisor_sun, reason=f"{lin.name}的快递，{lin.phone}")
    LogEntry.objects.create(user=supervisor_sun, object_id=str(lin.pk), object_repr=lin.name, action_flag=2)
    for _device in range(2):
        client = client_of(lin)
        client.get(reverse("orders:new", args=["parcel"]))
        client.post(
            reverse("orders:price", args=["parcel"]),
            {"note": WORDS[3], "contact_phone": RECEIVER, "dropoff_detail": WORDS[1]},
        )
    return lin


def needles(lin) -> list[str]:
    return [lin.name, lin.phone, RECEIVER, ACCOUNT, "linxiao@", *WORDS]


def dump() -> dict[str, str]:
    """Every row of every table of the database, as text: {table: text}. JSON that is ASCII is read as what it says."""
    said = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            text = "\n".join(" ".join(str(value) for value in row) for row in cursor.fetchall())
            said[table] = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)
    said |= {f"session {n}": json.dumps(data, ensure_ascii=False) for n, data in enumerate(sessions())}
    return said


def sessions() -> list[dict]:
    """What every session holds, decoded."""
    return [row.get_decoded() for row in Session.objects.all()]


def places_of(words: list[str]) -> dict[str, list[str]]:
    return {table: found for table, text in dump().items() if (found := [w for w in words if w in text])}


def test_the_search_finds_what_there_is(lin):
    found = places_of(needles(lin))
    assert set(found) >= {
        "accounts_user", "accounts_address", "orders_order", "exceptions_ticket", "exceptions_ticketevent",
        "chat_message", "notifications_notice", "django_admin_log", "orders_draft",
    }  # fmt: skip
    assert {word for words in found.values() for word in words} >= {lin.name, lin.phone, *WORDS}


def test_nothing_tells_who_it_was(lin, settings):
    words = needles(lin)
    files_before = {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}
    assert len(files_before) >= 12
    balance_of = dict(Account.objects.exclude(user=lin).values_list("code", "balance"))
    accounts.erase_person(user=lin)
    drain()
    assert places_of(words) == {}
    left = {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}
    assert left == set()
    assert not FileDeletion.objects.exists()
    # other people's rows are as they were
    assert dict(Account.objects.exclude(user=lin).values_list("code", "balance")) == balance_of
    assert not money.check_ledger()
    assert Order.objects.filter(customer=lin, status="completed").count() == 3
    assert Withdrawal.objects.get(user=lin).masked_account == "**** 8877"


def test_it_can_be_done_again(lin):
    accounts.erase_person(user=lin)
    accounts.erase_person(user=lin)
    assert personal_data.finish_erasures() == 0


def test_what_is_written_about_them_later_goes_with_the_sweep(lin):
    accounts.erase_person(user=lin)
    order = Order.objects.filter(customer=lin).first()
    Order.objects.filter(pk=order.pk).update(note=WORDS[3])
    notify(user=lin, kind="test", title=WORDS[0])
    assert personal_data.finish_erasures() == 2
    assert not Notice.objects.filter(user=lin).exists()
    order.refresh_from_db()
    assert order.note == ""


def test_a_file_that_could_not_go_goes_later(lin, settings, monkeypatch):
    monkeypatch.setattr(files.default_storage, "delete", broken)
    accounts.erase_person(user=lin)
    waiting = FileDeletion.objects.count()
    assert waiting
    monkeypatch.undo()
    assert files.finish() == waiting
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def broken(name):
    raise OSError("the disk is away")


def test_all_or_nothing(lin, monkeypatch):
    def fail(user):
        raise RuntimeError("half-way")

    monkeypatch.setattr(personal_data, "_erasers", [*personal_data._erasers, fail])
    with pytest.raises(RuntimeError):
        accounts.erase_person(user=lin)
    assert User.objects.get(pk=lin.pk).phone == lin.phone
    assert Message.objects.filter(author=lin).exclude(text="").exists()


def test_a_courier_who_leaves_takes_only_their_own(lin, courier_zhao, campus):
    zhao = courier_zhao.user
    couriers.set_duty(courier=courier_zhao, on=False)
    words = [zhao.name, zhao.phone]
    chat_of_lin = Message.objects.filter(author=lin).exclude(text="").count()
    before = (Photo.objects.count(), Evidence.objects.filter(by=lin).count(), TicketEvent.objects.count())
    payments_left(zhao, campus)
    accounts.erase_person(user=zhao)
    drain()
    assert places_of(words) == {}
    assert Message.objects.filter(author=lin).exclude(text="").count() == chat_of_lin
    assert (
        Photo.objects.count(),
        Evidence.objects.filter(by=lin).count(),
        TicketEvent.objects.count(),
    ) == before


def payments_left(zhao, campus) -> None:
    """What Zhao earned is gone, as if it had been paid out."""
    moves = [(account, -account.balance) for account in Account.objects.filter(user=zhao).exclude(balance=0)]
    if moves:
        total = -sum(fen for _account, fen in moves)
        payments.transfer(
            key="spent",
            reason="withdrawal",
            moves=[*moves, (payments.account("gateway", gateway="sandbox"), total)],
        )


def test_the_staff_log_names_rows_by_number(lin, supervisor_sun, client_of, settings):
    settings.STAFF_SECOND_FACTOR = False
    entry = LogEntry.objects.filter(object_id=str(lin.pk)).exclude(content_type=None).first()
    assert entry.object_repr == f"#{lin.pk}"


def test_old_payees_are_masked_after_the_law(lin, simulated_clock):
    from payments.services.forgetting import mask_old_payees

    assert mask_old_payees() == 0
    simulated_clock.move_to(clock.now() + personal_data.period("transactions") + timedelta(days=1))
    assert mask_old_payees() == 1
    assert mask_old_payees() == 0
    assert Withdrawal.objects.get(user=lin).holder == ""
