"""What WeChat Pay tells us, and what others tell in its name: only the truth, told in time, moves money."""

import json
from datetime import timedelta

import pytest

from payments import gateways, services
from payments.models import GatewayNotice
from tests.payments.fake_gateways import FakeWeChat

pytestmark = pytest.mark.django_db

FAKE, NAME = FakeWeChat, "wechatpay"
GATEWAY = gateways.get(NAME)
YEAR = timedelta(days=365)


def test_out_of_order_after_we_have_asked_it_changes_nothing(provider, trade, payment, call, escrow):
    services.ask_gateway(payment)

    assert call(provider.callback(trade)) == 200
    assert call(provider.callback(trade, event="TRANSACTION.CLOSED")) == 200
    assert call(provider.callback(trade, trade_state="NOTPAY")) == 200
    assert escrow() == 850


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


@pytest.mark.parametrize("change", [{"appid": "wxother"}, {"mchid": "1900000000"}, {"mchid": None}])
def test_another_app_or_shop_is_refused(provider, trade, call, change, escrow):
    assert call(provider.callback(trade, **change)) == 400
    assert escrow() == 0


def test_other_money_is_refused(provider, trade, call):
    amount = {"total": 850, "currency": "USD"}

    assert call(provider.callback(trade, amount=amount)) == 400


def test_sealed_with_another_secret_is_refused(provider, trade, call, escrow):
    assert call(provider.callback(trade, secret="x" * 32)) == 400
    assert escrow() == 0


def test_its_thanks_are_in_its_own_words(provider, trade, client):
    headers, body = provider.callback(trade)
    answer = client.post("/pay/callback/wechatpay/", body, content_type="application/json", headers=headers)

    assert json.loads(answer.content) == {"code": "SUCCESS"}
