"""What Alipay tells us, and what others tell in its name: only the truth, told in time, moves money."""

from datetime import timedelta

import pytest

from payments import gateways, services
from payments.models import GatewayNotice
from payments.selectors import check_ledger
from tests.payments.fake_gateways import FakeAlipay

pytestmark = pytest.mark.django_db

FAKE, NAME = FakeAlipay, "alipay"
GATEWAY = gateways.get(NAME)
YEAR = timedelta(days=365)


def test_settles_the_payment_and_is_thanked(provider, trade, payment, client, escrow):
    _headers, body = provider.callback(trade)
    answer = client.post("/pay/callback/alipay/", body, content_type="application/x-www-form-urlencoded")

    payment.refresh_from_db()
    assert answer.content == b"success"
    assert (payment.status, payment.gateway_no, escrow()) == ("paid", trade.provider_no, 850)
    assert provider.requests == []
    assert check_ledger() == []


def test_told_again_because_our_thanks_got_lost_is_thanked_for_again(provider, trade, call, escrow):
    assert [call(provider.callback(trade, notice="n" * 120)) for _ in range(2)] == [200, 200]
    assert (escrow(), GatewayNotice.objects.count()) == (850, 1)


def test_late_after_the_payment_was_closed_it_is_booked(provider, trade, call, escrow):
    services.close_payments(ref="ORDER1")

    assert call(provider.callback(trade)) == 200
    assert escrow() == 850


@pytest.mark.parametrize("status", ["WAIT_BUYER_PAY", "TRADE_CLOSED"])
def test_out_of_order_what_is_no_payment_changes_nothing(provider, trade, call, status, escrow):
    assert call(provider.callback(trade, trade_status=status)) == 200
    assert escrow() == 0
    assert call(provider.callback(trade)) == 200
    assert call(provider.callback(trade, trade_status=status)) == 200
    assert escrow() == 850


@pytest.mark.parametrize("age", [timedelta(days=365), timedelta(minutes=6), -timedelta(minutes=6)])
def test_an_old_or_early_one_is_refused(provider, trade, call, age, escrow):
    assert call(provider.callback(trade, age=age)) == 400
    assert (escrow(), provider.requests) == (0, [])


def test_one_that_was_taken_and_comes_again_in_a_year_is_refused(provider, trade, call, turned_clock, escrow):
    letter = provider.callback(trade)
    assert call(letter) == 200
    turned_clock.advance(days=365)

    assert call(letter) == 400
    assert escrow() == 850


def test_signed_by_a_stranger_it_is_refused(provider, trade, call, rsa_keys, caplog, escrow):
    assert call(provider.callback(trade, key=rsa_keys[2])) == 400
    assert (escrow(), provider.requests) == (0, [])
    assert "wrong signature" in caplog.text


@pytest.mark.parametrize(
    "letter",
    [{"drop": ["sign_type"]}, {"sign_type": "RSA"}, {"sign_type": ""}, {"drop": ["sign"]}],
    ids=str,
)
def test_without_the_right_kind_of_signature_it_is_refused(provider, trade, call, letter, escrow):
    """The library believes one that names no kind at all."""
    assert call(provider.callback(trade, **letter)) == 400
    assert escrow() == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda b: b.replace(b"8.50", b"0.01"),
        lambda b: b + b"&total_amount=0.01",
        lambda b: b + b"&extra=1",
        lambda b: b"\xff",
        lambda b: b"",
        lambda b: b"sign_type=RSA2&sign=%25",
    ],
)
def test_one_that_was_tampered_with_is_refused(provider, trade, call, spoil, escrow):
    headers, body = provider.callback(trade)

    assert call((headers, spoil(body))) == 400
    assert (escrow(), provider.requests, GatewayNotice.objects.count()) == (0, [], 0)


@pytest.mark.parametrize("amount", ["8.49", "8.51", "0.01", "850"])
def test_a_wrong_amount_is_refused_and_kept(provider, trade, call, amount, escrow):
    assert call(provider.callback(trade, total_amount=amount)) == 409
    assert (escrow(), GatewayNotice.objects.get().outcome) == (0, "refused")


@pytest.mark.parametrize(
    "change",
    [
        {"app_id": "2021000000000002"},
        {"total_amount": "much"},
        {"notify_time": "soon"},
        {"notify_id": ""},
    ],
)
def test_another_app_or_nonsense_is_refused(provider, trade, call, change, escrow):
    assert call(provider.callback(trade, **change)) == 400
    assert escrow() == 0


def test_an_unknown_order_is_refused(provider, trade, call):
    assert call(provider.callback(trade, out_trade_no="NOBODY")) == 409


def test_a_second_bill_for_the_same_payment_is_refused(provider, trade, call, escrow):
    call(provider.callback(trade))

    assert call(provider.callback(trade, trade_no="2026")) == 409
    assert escrow() == 850
