"""What every provider's gateway must do, for each that there is: believe only what is true and told in time, ask instead
of hoping, send money back once, and be offered only where it is configured.
"""

from datetime import timedelta

import pytest

from payments import gateways, services
from payments.checks import gateway_settings
from payments.models import Account, GatewayNotice, Refund
from payments.selectors import check_ledger
from tests.payments.fake_gateways import FAKES

pytestmark = pytest.mark.django_db


@pytest.fixture(params=FAKES.values(), ids=FAKES)
def fake_class(request):
    return request.param


@pytest.fixture
def gateway(provider):
    return gateways.get(provider.name)


def test_every_provider_has_a_stand_in():
    assert set(FAKES) == {
        name for name in gateways.NAMES if gateways.get(name).is_outside and gateways.get(name).is_real
    }


class TestCallback:
    def test_settles_the_payment(self, provider, trade, payment, call, escrow):
        assert call(provider.callback(trade)) == 200

        payment.refresh_from_db()
        assert (payment.status, payment.gateway_no, escrow()) == ("paid", trade.provider_no, 850)
        assert provider.requests == []
        assert check_ledger() == []

    def test_told_again_because_our_thanks_got_lost_is_thanked_for_again(self, provider, trade, call, escrow):
        assert [call(provider.callback(trade, notice="EV-1")) for _ in range(2)] == [200, 200]
        assert (escrow(), GatewayNotice.objects.count()) == (850, 1)

    def test_whose_number_was_used_for_another_payment_is_refused(self, provider, trade, call):
        call(provider.callback(trade, notice="EV-1"))

        assert call(provider.callback(trade, notice="EV-1", no="OTHER1")) == 400
        assert GatewayNotice.objects.get().outcome == "taken"

    def test_a_second_one_of_the_same_payment_changes_nothing(self, provider, trade, call, escrow):
        assert [call(provider.callback(trade)) for _ in range(2)] == [200, 200]
        assert escrow() == 850

    def test_late_after_the_payment_was_closed_is_booked(self, provider, trade, call, escrow):
        services.close_payments(ref="ORDER1")

        assert call(provider.callback(trade)) == 200
        assert escrow() == 850

    def test_after_we_have_asked_changes_nothing(self, provider, trade, payment, call, escrow):
        services.ask_gateway(payment)

        assert call(provider.callback(trade)) == 200
        assert escrow() == 850

    @pytest.mark.parametrize("age", [timedelta(days=365), timedelta(minutes=6), -timedelta(minutes=6)])
    def test_old_or_early_is_refused(self, provider, trade, call, age, caplog, escrow):
        assert call(provider.callback(trade, age=age)) == 400
        assert (escrow(), provider.requests) == (0, [])
        assert "too old" in caplog.text

    def test_taken_and_sent_again_in_a_year_is_refused(self, provider, trade, call, simulated_clock, escrow):
        letter = provider.callback(trade)
        assert call(letter) == 200
        simulated_clock.advance(days=365)

        assert call(letter) == 400
        assert escrow() == 850

    def test_signed_by_a_stranger_is_refused(self, provider, trade, call, rsa_keys, caplog, escrow):
        assert call(provider.callback(trade, key=rsa_keys[2])) == 400
        assert (escrow(), provider.requests) == (0, [])
        assert "wrong signature" in caplog.text

    @pytest.mark.parametrize(
        "spoil", [lambda b: b + b"&extra=1", lambda b: b[:-1], lambda b: b"\xff", lambda b: b""],
        ids=["more", "less", "nonsense", "nothing"],
    )  # fmt: skip
    def test_tampered_with_is_refused(self, provider, trade, call, spoil, escrow):
        headers, body = provider.callback(trade)

        assert call((headers, spoil(body))) == 400
        assert (escrow(), provider.requests, GatewayNotice.objects.count()) == (0, [], 0)

    @pytest.mark.parametrize("fen", [849, 851, 1, 85_000])
    def test_of_another_amount_is_refused_and_kept(self, provider, trade, call, fen, escrow):
        assert call(provider.callback(trade, notice="EV-1", fen=fen)) == 409
        assert call(provider.callback(trade, notice="EV-1", fen=fen)) == 400  # not thanked for, ever
        assert (escrow(), GatewayNotice.objects.get().outcome) == (0, "refused")

    def test_of_an_unknown_payment_is_refused(self, provider, trade, call):
        assert call(provider.callback(trade, no="NOBODY")) == 409

    def test_of_a_second_bill_for_the_same_payment_is_refused(self, provider, trade, call, escrow):
        call(provider.callback(trade))

        assert call(provider.callback(trade, bill_no="42001")) == 409
        assert escrow() == 850

    def test_is_not_believed_while_the_gateway_is_not_configured(self, provider, trade, call, settings):
        letter = provider.callback(trade)
        settings.SITE_ORIGIN = ""

        assert call(letter) == 400

    def test_is_asked_to_come_again_while_keys_cannot_be_read(self, provider, trade, call, settings, escrow):
        letter = provider.callback(trade)
        settings.GATEWAYS[provider.name][provider.key_setting] = "nowhere.pem"

        assert call(letter) == 503
        assert escrow() == 0


class TestAsking:
    def test_one_that_it_does_not_know(self, gateway, payment):
        assert gateway.query(payment).status == "unknown"
        assert gateway.close(payment).status == "unknown"

    def test_open_then_paid(self, provider, gateway, payment, escrow):
        provider.open_page(gateway.create(payment))
        assert gateway.query(payment).status == "open"

        provider.pay(payment.no)
        assert services.ask_gateway(payment) == "paid"
        assert escrow() == 850

    def test_closed_cannot_be_paid_any_more(self, provider, gateway, payment):
        provider.open_page(gateway.create(payment))

        assert gateway.close(payment).status == "closed"
        assert gateway.query(payment).status == "closed"

    def test_closing_too_late_finds_the_money(self, gateway, trade, payment):
        assert gateway.close(payment).status == "paid"

    def test_a_lost_callback_is_found(self, trade, payment, simulated_clock):
        simulated_clock.advance(minutes=1)
        services.query_stuck()

        payment.refresh_from_db()
        assert (payment.status, payment.gateway_no) == ("paid", trade.provider_no)

    @pytest.mark.parametrize("fault", ["forged_answers", "down"])
    def test_an_answer_that_cannot_be_believed_is_none(self, provider, trade, payment, fault, escrow):
        setattr(provider, fault, True)

        with pytest.raises(gateways.GatewayError):
            services.ask_gateway(payment)
        assert escrow() == 0

    def test_an_answer_about_another_payment_is_not_believed(self, provider, trade, payment, escrow):
        provider.trades["OTHER"] = type(trade)("OTHER", 850, state="paid")
        provider.answers_about = "OTHER"

        with pytest.raises(gateways.GatewayError, match=r"(another|wrong) payment"):
            services.ask_gateway(payment)
        assert escrow() == 0


class TestRefund:
    @pytest.fixture
    def paid(self, trade, payment):
        services.ask_gateway(payment)
        return payment

    def refund(self, fen, key="r1"):
        return services.refund(key=key, ref="ORDER1", amount=fen, reason="cancelled")[0]

    def test_several_parts_go_back(self, provider, paid, trade):
        self.refund(300)
        self.refund(550, key="r2")

        assert services.send_refunds() == 2
        assert sorted(trade.refunds.values()) == [300, 550]
        assert services.balance(Account.Kind.GATEWAY, gateway=provider.name) == 0
        assert check_ledger() == []

    def test_one_on_its_way_is_asked_about_and_never_sent_twice(self, provider, paid, trade, simulated_clock):
        provider.slow_refunds = True
        made = self.refund(300)
        for _ in range(10):  # the bank takes its time: that is no reason to give it up
            assert services.send_refunds() == 0
            simulated_clock.advance(hours=2)
        provider.slow_refunds = False
        services.send_refunds()

        made.refresh_from_db()
        assert (made.status, trade.refunds) == ("done", {made.no: 300})

    def test_the_provider_gives_no_more_than_was_paid(self, paid, trade):
        trade.refunds["BY_HAND"] = 800
        made = self.refund(300)

        assert services.send_refunds() == 0
        assert Refund.objects.get(pk=made.pk).error


class TestOffered:
    def test_only_where_it_is_configured(self, provider, settings):
        assert gateways.cashiers() == [provider.name]  # the sandbox would be a way to pay nothing

        settings.SITE_ORIGIN = ""
        assert gateways.cashiers() == ["sandbox"]

    def test_whole_it_passes_the_check(self, provider):
        assert gateway_settings(None) == []

    def test_half_configured_it_does_not(self, provider, settings):
        settings.GATEWAYS[provider.name][provider.key_setting] = ""

        (problem,) = gateway_settings(None)
        assert (problem.id, provider.key_setting in problem.msg) == ("payments.E001", True)

    def test_keys_that_cannot_be_used_are_told(self, provider, settings):
        settings.GATEWAYS[provider.name][provider.key_setting] = "nowhere.pem"

        assert [problem.id for problem in gateway_settings(None)] == ["payments.E002"]

    def test_in_production_it_wants_tls(self, provider, settings):
        settings.PRODUCTION, settings.SANDBOX = True, False
        settings.SITE_ORIGIN = "http://errand.example.org"

        assert [problem.id for problem in gateway_settings(None)] == ["payments.E003"]
