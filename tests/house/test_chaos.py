"""The eyes of script/chaos: what is planted is found, so that its zeros mean something."""

import pytest

from benchmarks._processes import ROOT
from benchmarks.chaos import checks
from benchmarks.chaos.browser import Browser, Diary, Exchange, one_time_code, read_forms
from benchmarks.chaos.checks import Outside
from benchmarks.chaos.faults import Fault, judge
from benchmarks.chaos.report import Outcome, read_errors
from benchmarks.chaos.world import Record
from chat import services as chat
from chat.models import Message, Thread
from core.ids import new_no
from core.models import HandlerRun, OutboxEvent
from dispatch import services as dispatch
from orders import services as orders
from orders.events import OrderPlaced
from orders.models import Order
from orders.requests import ErrandRequest
from payments.models import Payment
from payments.services import account, transfer
from tests.payments import guarding


@pytest.fixture
def record():
    return Record()


@pytest.fixture
def outside():
    return Outside()


@pytest.fixture
def ordered(campus, places, student_lin, wallet_money, photo, settings, tmp_path, record):
    """An order with a photo that Lin was told is placed."""
    settings.MEDIA_ROOT = tmp_path
    wallet_money(student_lin, 5000)
    key = new_no()
    data = {
        "pickup": places.parcel_station,
        "dropoff": places.dorm_north,
        "pickup_codes": "1-2-3",
        "photos": [photo()],
    }
    order = orders.place_order(
        actor=student_lin,
        request=ErrandRequest(campus=campus, kind="parcel", **data),
        gateway="wallet",
        key=key,
    )
    record.orders[key] = 1
    return Order.objects.get(pk=order.pk)


def found(sentences: list[str], word: str) -> bool:
    return any(word in sentence for sentence in sentences)


# -- Lost ----------------------------------------------------------------------------------------------------------


def test_an_order_that_is_there_is_not_lost(campus, ordered, record, outside):
    said = [s for s in checks.lost(campus, record, outside) if "on anyone's desk" not in s]
    assert said == []
    assert checks.duplicates(campus, record, outside) == []


def test_a_lost_order(campus, ordered, record, outside):
    record.orders["NOBODYKEPT"] = 0
    assert found(checks.lost(campus, record, outside), "NOBODYKEPT")


def test_an_order_that_nobody_looks_at(campus, ordered, record, outside):
    Order.objects.update(stage_due_at=None, promise_due_at=None)
    assert found(checks.lost(campus, record, outside), "on nobody's desk")


def test_a_photo_that_was_cut_off(campus, ordered, record, outside):
    image = ordered.photos.get().image
    with image.storage.open(image.name, "r+b") as file:
        file.truncate(image.size // 2)
    assert found(checks.lost(campus, record, outside), "0 are whole")


def test_a_lost_chat_line(campus, record, outside, student_lin):
    record.lines["A" * 20] = (student_lin.pk, False)
    assert found(checks.lost(campus, record, outside), "chat line")


def test_a_lost_withdrawal(campus, record, outside):
    record.withdrawals.add("1:KEY")
    assert found(checks.lost(campus, record, outside), "withdrawal 1:KEY")


def test_a_payment_that_only_the_gateway_knows(campus, record, outside):
    outside.trades["alipay"] = {"P1": {"amount": 500, "state": "paid", "refunds": {}}}
    outside.callbacks.append({"no": "P1", "thanked": True, "answers": []})
    said = checks.lost(campus, record, outside)
    assert found(said, "payment P1")
    assert found(said, "callback for P1 was acknowledged")


def test_an_event_that_a_handler_never_saw(campus, record, outside):
    name = OrderPlaced.name
    OutboxEvent.objects.create(name=name, due_at=None)
    assert found(checks.lost(campus, record, outside), name)


# -- Twice ---------------------------------------------------------------------------------------------------------


def test_an_order_that_nobody_asked_for(campus, ordered, record, outside):
    del record.orders[ordered.request_key]
    assert found(checks.duplicates(campus, record, outside), ordered.no)


def test_an_order_that_was_paid_twice(campus, ordered, record, outside):
    first = Payment.objects.get(ref=ordered.no)
    first.pk, first.no, first.key = None, new_no(), "once more"
    first.save(force_insert=True)
    assert found(checks.duplicates(campus, record, outside), "was paid 2 times")


def test_a_courier_who_was_paid_twice(campus, ordered, record, outside, courier_zhao):
    ledger_accounts = (
        account("platform_income", campus=campus),
        account("courier_earnings", user=courier_zhao.user),
    )
    for key in ("one", "two"):
        transfer(
            key=key,
            reason="courier_fee",
            ref=ordered.no,
            moves=[(ledger_accounts[0], -300), (ledger_accounts[1], 300)],
        )
    assert found(checks.duplicates(campus, record, outside), "courier's fee")


def test_a_message_too_many(campus, record, outside):
    outside.sms = [["13900000001", "SMS_NOTICE", {"what": "骑手到了"}]]
    assert found(checks.duplicates(campus, record, outside), "too many")


def test_a_line_that_is_there_twice(campus, ordered, record, outside, courier_zhao, student_lin):
    dispatch.grab(leg=ordered.legs.get(), courier=courier_zhao)
    key = f"order-{ordered.no}"
    chat.send_message(actor=student_lin, key=key, client="B" * 20, text="到哪里了")
    line = Message.objects.get(client="B" * 20)
    line.pk, line.thread = None, Thread.objects.create(campus=campus, kind=Thread.Kind.SERVICE)
    line.save(force_insert=True)
    assert found(checks.duplicates(campus, record, outside), "is there 2 times")


# -- Money, dead letters, answers ----------------------------------------------------------------------------------


def test_books_that_do_not_add_up(campus, ordered, outside):
    guarding.take_off()
    held = account("escrow", ref=ordered.no)
    type(held).objects.filter(pk=held.pk).update(balance=1)
    assert checks.ledger_violations(campus, outside)


def test_a_handler_that_has_failed_for_good(db):
    event = OutboxEvent.objects.create(name="test.said", due_at=None)
    HandlerRun.objects.create(event=event, handler="test.handler", status="dead", error="broken")
    assert found(checks.dead_lettered(), "test.handler")


@pytest.mark.parametrize(
    ("status", "retry_after", "kind", "counts_as"),
    [
        (200, "", "web", ""), (422, "", "web", ""), (500, "", "postgres_restarted", "unexpected"),
        (503, "10", "postgres_restarted", "away"), (503, "", "postgres_restarted", "unexpected"),
        (503, "10", "redis_stopped", "unexpected"), (503, "10", "web", "away"), (502, "", "web", "unexpected"),
        (0, "", "front", "no_answer"), (0, "", "redis_restarted", "unexpected"),
    ],
)  # fmt: skip
def test_what_an_answer_counts_as(status, retry_after, kind, counts_as):
    exchange = Exchange("GET", "/", 100, 101, status, retry_after)
    assert judge(exchange, [Fault(kind, 99, 103, True)]) == counts_as
    if counts_as in ("away", "no_answer"):
        assert judge(exchange, [Fault(kind, 50, 60, True)]) == "unexpected"  # long over


def test_a_run_is_good_only_with_enough_faults_and_nothing_wrong():
    from collections import Counter

    faults = [Fault("web", 0, 1, True)] * 100
    assert Outcome(faults, [], Counter(), Counter()).is_good
    assert not Outcome(faults[1:], [], Counter(), Counter()).is_good
    assert not Outcome(faults, [], Counter(), Counter(), lost=["an order"]).is_good
    assert not Outcome(faults, [Exchange("GET", "/", 5, 6, 500)], Counter(), Counter()).is_good


def test_the_traceback_of_an_error_is_found_in_the_log(tmp_path):
    log = tmp_path / "log"
    log.write_text(
        "2026-11-30T12:00:00+0800 ERROR django.request Internal Server Error: /o/X/\n"
        "Traceback (most recent call last):\n"
        f'  File "{ROOT}/orders/views/tracking.py", line 31, in detail\n'
        f'  File "{ROOT}/.venv/lib/site-packages/redis/connection.py", line 9, in connect\n'
        "redis.exceptions.ConnectionError: refused\n"
    )
    [(_, path, last)] = read_errors(log)
    assert (path, last) == ("/o/X/", "orders/views/tracking.py:31 redis.exceptions.ConnectionError: refused")


def test_forms_are_read_as_a_browser_would():
    [form] = read_forms(
        '<form action="/x/"><input name="key" value="K"><input type="radio" name="to" value="1" checked>'
        '<input type="radio" name="to" value="new"><textarea name="note">hi</textarea>'
        '<select name="when"><option value="a"><option value="b" selected></select></form>'
    )
    assert form.fields == {"key": "K", "to": "1", "note": "hi", "when": "b"}
    assert form.choices["to"] == ["1", "new"]


def test_the_second_factor_is_that_of_rfc_6238():
    assert one_time_code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59) == "287082"


def test_a_browser_that_nobody_answers_gives_up(monkeypatch):
    import random

    from benchmarks.chaos import browser

    monkeypatch.setattr(browser, "PATIENCE", 0.5)
    diary = Diary()
    with pytest.raises(browser.GaveUp):
        Browser("http://127.0.0.1:1", "13900000000", diary, random.Random(1)).insist("GET", "/")
    assert {exchange.status for exchange in diary.exchanges} == {0}
