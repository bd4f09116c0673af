"""Alipay against a provider that speaks its protocol with real keys, honestly and otherwise."""

import pytest

from payments import gateways, services
from payments.checks import gateway_settings
from payments.gateways import Customer, Device
from payments.models import Account, Refund
from payments.selectors import check_ledger
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


class TestAsking:
    def test_one_whose_page_nobody_opened(self, payment):
        assert GATEWAY.query(payment).status == "unknown"
        assert GATEWAY.close(payment).status == "unknown"

    def test_open_then_paid(self, provider, payment, escrow):
        provider.open_page(GATEWAY.create(payment))
        assert GATEWAY.query(payment).status == "open"

        provider.pay(payment.no)
        assert services.ask_gateway(payment) == "paid"
        assert escrow() == 850

    def test_closed(self, provider, payment):
        provider.open_page(GATEWAY.create(payment))

        assert GATEWAY.close(payment).status == "closed"
        assert GATEWAY.query(payment).status == "closed"

    def test_closing_too_late_finds_the_money(self, trade, payment):
        assert GATEWAY.close(payment).status == "paid"

    def test_a_lost_callback_is_found(self, trade, payment, turned_clock):
        turned_clock.advance(minutes=1)
        services.query_stuck()

        payment.refresh_from_db()
        assert (payment.status, payment.gateway_no) == ("paid", trade.provider_no)

    @pytest.mark.parametrize("fault", ["forged_answers", "down"])
    def test_an_answer_that_cannot_be_believed_is_none(self, provider, trade, payment, fault, escrow):
        setattr(provider, fault, True)

        with pytest.raises(gateways.GatewayError):
            services.ask_gateway(payment)
        assert escrow() == 0

    def test_an_answer_about_another_payment_is_not_believed(self, provider, trade, payment):
        provider.answers_about = "OTHER"

        with pytest.raises(gateways.GatewayError, match="another payment"):
            services.ask_gateway(payment)


class TestRefund:
    @pytest.fixture
    def paid(self, provider, trade, payment):
        services.ask_gateway(payment)
        return payment

    def refund(self, fen, key="r1"):
        return services.refund(key=key, ref="ORDER1", amount=fen, reason="cancelled")[0]

    def test_several_parts_go_back(self, provider, paid, trade):
        self.refund(300)
        self.refund(550, key="r2")

        assert services.send_refunds() == 2
        assert sorted(trade.refunds.values()) == [300, 550]
        assert services.balance(Account.Kind.GATEWAY, gateway=NAME) == 0
        assert check_ledger() == []

    def test_one_on_its_way_is_asked_about_and_never_sent_twice(self, provider, paid, trade, turned_clock):
        provider.slow_refunds = True
        made = self.refund(300)
        assert services.send_refunds() == 0
        turned_clock.advance(minutes=5)
        provider.slow_refunds = False
        services.send_refunds()

        made.refresh_from_db()
        assert (made.status, trade.refunds) == ("done", {made.no: 300})
        assert GATEWAY.refund(made)  # even asked for again, it is the same one
        assert trade.refunds == {made.no: 300}

    def test_the_provider_gives_no_more_than_was_paid(self, provider, paid, trade):
        trade.refunds["BY_HAND"] = 800
        self.refund(300)

        assert services.send_refunds() == 0
        assert "ACQ.REFUND" in Refund.objects.get().error


class TestOffered:
    def test_only_where_it_is_configured(self, provider, settings):
        assert gateways.cashiers() == ["alipay"]

        settings.GATEWAYS["alipay"]["ALIPAY_APPID"] = ""
        assert gateways.cashiers() == ["sandbox"]

    def test_half_configured_it_does_not_pass_the_check(self, provider, settings):
        assert gateway_settings(None) == []

        settings.GATEWAYS["alipay"]["ALIPAY_PUBLIC_KEY"] = ""
        assert [problem.id for problem in gateway_settings(None)] == ["payments.E001"]

    def test_in_production_it_wants_tls(self, provider, settings):
        settings.PRODUCTION, settings.SANDBOX = True, False
        settings.SITE_ORIGIN = "http://errand.example.org"

        assert [problem.id for problem in gateway_settings(None)] == ["payments.E003"]
