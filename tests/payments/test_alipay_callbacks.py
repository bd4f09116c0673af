"""What Alipay tells us, and what others tell in its name: only the truth, told in time, moves money."""

from datetime import timedelta

import pytest

from payments import gateways
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


@pytest.mark.parametrize("status", ["WAIT_BUYER_PAY", "TRADE_CLOSED"])
def test_out_of_order_what_is_no_payment_changes_nothing(provider, trade, call, status, escrow):
    assert call(provider.callback(trade, trade_status=status)) == 200
    assert escrow() == 0
    assert call(provider.callback(trade)) == 200
    assert call(provider.callback(trade, trade_status=status)) == 200
    assert escrow() == 850


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
