"""What WeChat Pay tells us, and what others tell in its name: only the truth, told in time, moves money."""

import json
from datetime import timedelta

import pytest

from payments import gateways, services
from payments.models import GatewayNotice
from payments.selectors import check_ledger
from tests.payments.fake_gateways import FakeWeChat

pytestmark = pytest.mark.django_db

FAKE, NAME = FakeWeChat, "wechatpay"
GATEWAY = gateways.get(NAME)
YEAR = timedelta(days=365)


def test_settles_the_payment(provider, trade, payment, call, escrow):
    assert call(provider.callback(trade)) == 200

    payment.refresh_from_db()
    assert (payment.status, payment.gateway_no, escrow()) == ("paid", trade.provider_no, 850)
    assert provider.requests == []
    assert check_ledger() == []


def test_told_again_because_our_thanks_got_lost_is_thanked_for_again(provider, trade, call, escrow):
    for _ in range(2):
        assert call(provider.callback(trade, notice="EV-1")) == 200

    assert (escrow(), GatewayNotice.objects.count()) == (850, 1)


def test_a_notice_whose_number_was_used_for_another_payment_is_refused(provider, trade, call):
    call(provider.callback(trade, notice="EV-1"))

    assert call(provider.callback(trade, notice="EV-1", out_trade_no="OTHER1")) == 400
    assert GatewayNotice.objects.get().outcome == "taken"


def test_a_second_notice_of_the_same_payment_changes_nothing(provider, trade, call, escrow):
    assert [call(provider.callback(trade)) for _ in range(2)] == [200, 200]
    assert escrow() == 850


def test_late_after_the_payment_was_closed_it_is_booked(provider, trade, payment, call, escrow):
    services.close_payments(ref="ORDER1")

    assert call(provider.callback(trade)) == 200
    assert escrow() == 850


def test_out_of_order_after_we_have_asked_it_changes_nothing(provider, trade, payment, call, escrow):
    services.ask_gateway(payment)

    assert call(provider.callback(trade)) == 200
    assert call(provider.callback(trade, event="TRANSACTION.CLOSED")) == 200
    assert call(provider.callback(trade, trade_state="NOTPAY")) == 200
    assert escrow() == 850


@pytest.mark.parametrize("age", [YEAR, timedelta(minutes=6), -timedelta(minutes=6)])
def test_an_old_or_early_one_is_refused(provider, trade, call, age, caplog, escrow):
    assert call(provider.callback(trade, age=age)) == 400
    assert (escrow(), provider.requests) == (0, [])
    assert "too old" in caplog.text


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
    "serial", ["5157F09EFDC096DE15EBE81A47057A7232F1B8E1", "", "nonsense", "PUB_KEY_ID_1"]
)
def test_an_unknown_serial_is_refused_without_asking_anybody(
    provider, trade, call, rsa_keys, serial, caplog, escrow
):
    assert call(provider.callback(trade, serial=serial, key=rsa_keys[2])) == 400
    assert (escrow(), provider.requests) == (0, [])
    assert "unknown serial" in caplog.text


def test_the_library_cannot_be_made_to_call_out(provider, trade):
    """Even if our own look at the serial were not there."""
    headers, body = provider.callback(trade, serial="5157F09EFDC096DE15EBE81A47057A7232F1B8E1")

    assert GATEWAY._client().callback(headers, body) is None
    assert provider.requests == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda h, b: (h | {"Wechatpay-Signature": "%%%"}, b),
        lambda h, b: (h | {"Wechatpay-Signature-Type": "NONE"}, b),
        lambda h, b: (h | {"Wechatpay-Nonce": "another"}, b),
        lambda h, b: (h | {"Wechatpay-Timestamp": "soon"}, b),
        lambda h, b: (h | {"Wechatpay-Timestamp": str(int(h["Wechatpay-Timestamp"]) + 1)}, b),
        lambda h, b: (h, b.replace(b"EV-", b"EW-")),
        lambda h, b: (h, b"\xff"),
        lambda h, b: (h, b""),
        lambda h, b: ({}, b),
    ],
)
def test_one_that_was_tampered_with_is_refused(provider, trade, call, spoil, escrow):
    assert call(spoil(*provider.callback(trade))) == 400
    assert (escrow(), provider.requests, GatewayNotice.objects.count()) == (0, [], 0)


@pytest.mark.parametrize("amount", [849, 851, 1])
def test_a_wrong_amount_is_refused_and_kept(provider, trade, call, amount, escrow):
    assert call(provider.callback(trade, notice="EV-1", total=amount)) == 409
    assert call(provider.callback(trade, notice="EV-1", total=amount)) == 400  # not thanked for, ever
    assert (escrow(), GatewayNotice.objects.get().outcome) == (0, "refused")


@pytest.mark.parametrize("change", [{"appid": "wxother"}, {"mchid": "1900000000"}, {"mchid": None}])
def test_another_app_or_shop_is_refused(provider, trade, call, change, escrow):
    assert call(provider.callback(trade, **change)) == 400
    assert escrow() == 0


def test_an_unknown_order_is_refused(provider, trade, call):
    assert call(provider.callback(trade, out_trade_no="NOBODY")) == 409


def test_other_money_is_refused(provider, trade, call):
    amount = {"total": 850, "currency": "USD"}

    assert call(provider.callback(trade, amount=amount)) == 400


def test_sealed_with_another_secret_is_refused(provider, trade, call, escrow):
    assert call(provider.callback(trade, secret="x" * 32)) == 400
    assert escrow() == 0


def test_a_second_bill_for_the_same_payment_is_refused(provider, trade, call, escrow):
    call(provider.callback(trade))

    assert call(provider.callback(trade, transaction_id="42001")) == 409
    assert escrow() == 850


def test_what_is_not_configured_believes_nobody(provider, trade, call, settings):
    letter = provider.callback(trade)
    settings.SITE_ORIGIN = ""

    assert call(letter) == 400


def test_with_keys_that_cannot_be_read_it_is_asked_to_come_again(provider, trade, call, settings, escrow):
    letter = provider.callback(trade)
    settings.GATEWAYS["wechatpay"]["WECHATPAY_PUBLIC_KEY"] = "nowhere.pem"

    assert call(letter) == 503
    assert escrow() == 0


def test_its_thanks_are_in_its_own_words(provider, trade, client):
    headers, body = provider.callback(trade)
    answer = client.post("/pay/callback/wechatpay/", body, content_type="application/json", headers=headers)

    assert json.loads(answer.content) == {"code": "SUCCESS"}
