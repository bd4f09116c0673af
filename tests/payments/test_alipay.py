"""Alipay against a provider that speaks its protocol with real keys, honestly and otherwise."""

import pytest

from payments import gateways, services
from payments.gateways import Customer, Device
from tests.payments.fake_gateways import FakeAlipay

pytestmark = pytest.mark.django_db

FAKE, NAME = FakeAlipay, "alipay"
GATEWAY = gateways.get(NAME)


class TestCreate:
    def test_makes_a_signed_address_and_asks_nobody(self, provider, payment):
        asked = provider.open_page(GATEWAY.create(payment)).asked

        assert provider.requests == []
        assert (asked["method"], asked["total_amount"], asked["time_expire"]) == (
            "alipay.trade.page.pay", "8.50", "2026-11-24 10:15:00",
        )  # fmt: skip
        assert asked["notify_url"] == "https://errand.example.org/pay/callback/alipay/"
        assert asked["return_url"] == f"https://errand.example.org/cashier/{payment.no}/back/"

    def test_on_the_phone_it_is_the_page_for_phones(self, provider, payment):
        asked = provider.open_page(GATEWAY.create(payment, Customer(Device.PHONE))).asked

        assert asked["method"] == "alipay.trade.wap.pay"


class TestRefund:
    @pytest.fixture
    def paid(self, provider, trade, payment):
        services.ask_gateway(payment)
        return payment

    def refund(self, fen, key="r1"):
        return services.refund(key=key, ref="ORDER1", amount=fen, reason="cancelled")[0]

    def test_one_on_its_way_is_asked_about_and_never_sent_twice(self, provider, paid, trade, simulated_clock):
        provider.slow_refunds = True
        made = self.refund(300)
        assert services.send_refunds() == 0
        simulated_clock.advance(minutes=5)
        provider.slow_refunds = False
        services.send_refunds()

        made.refresh_from_db()
        assert (made.status, trade.refunds) == ("done", {made.no: 300})
        assert GATEWAY.refund(made)  # even asked for again, it is the same one
        assert trade.refunds == {made.no: 300}
