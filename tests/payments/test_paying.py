"""From the customer's pocket to the order's escrow."""

from datetime import timedelta

import pytest

from core import outbox
from core.errors import Invalid, WrongState
from core.models import OutboxEvent
from payments import gateways, services
from payments.gateways.sandbox import cashier as sandbox
from payments.models import Account, GatewayNotice, Payment, SandboxBill
from payments.selectors import check_ledger

pytestmark = pytest.mark.django_db

Kind = Account.Kind
GATEWAY = gateways.get("sandbox")


@pytest.fixture
def start(student_lin, campus, simulated_clock):
    def make(key="k1", ref="ORDER1", amount=800, gateway="sandbox", purpose="order", **more):
        more.setdefault("expires_at", simulated_clock.time + timedelta(minutes=15))
        return services.start_payment(
            key=key, ref=ref, purpose=purpose, user=student_lin, campus=campus, amount=amount, gateway=gateway,
            actor=student_lin, **more,
        )  # fmt: skip

    return make


@pytest.fixture
def at_cashier(start):
    """A payment whose customer stands at the sandbox cashier."""
    payment = start()
    GATEWAY.create(payment)
    return payment


def bill_of(payment):
    return SandboxBill.objects.get(payment_no=payment.no)


def escrow(ref="ORDER1"):
    return services.balance(Kind.ESCROW, ref=ref)


def tell(bill):
    headers, body = sandbox.callback_of(bill)
    return services.take_callback(gateway="sandbox", headers=headers, body=body)


class TestWallet:
    def test_pays_at_once(self, start, wallet_money, student_lin):
        wallet_money(student_lin, 1000)

        with outbox.deferred_delivery():
            payment = start(gateway="wallet")

        assert payment.status == "paid"
        assert (escrow(), services.balance(Kind.WALLET, user=student_lin)) == (800, 200)
        event = OutboxEvent.objects.get(name="payments.paid")
        assert event.payload == {
            "payment": payment.pk, "ref": "ORDER1", "purpose": "order", "user": student_lin.pk,
        }  # fmt: skip
        assert check_ledger() == []

    def test_too_low_is_refused_and_leaves_nothing(self, start, wallet_money, student_lin):
        wallet_money(student_lin, 799)

        with pytest.raises(Invalid, match="does not hold enough"):
            start(gateway="wallet")
        assert not Payment.objects.exists()

    def test_asking_twice_pays_once(self, start, wallet_money, student_lin):
        wallet_money(student_lin, 2000)
        first = start(gateway="wallet")

        assert start(gateway="wallet") == first
        assert escrow() == 800

    def test_cannot_top_itself_up(self, start, wallet_money, student_lin):
        wallet_money(student_lin, 2000)

        with pytest.raises(Invalid, match="from itself"):
            start(gateway="wallet", purpose="topup")


@pytest.mark.parametrize(
    "change", [{"amount": 801}, {"ref": "OTHER"}, {"purpose": "tip"}, {"gateway": "wallet"}]
)
def test_a_key_used_for_something_else_is_refused(start, change, wallet_money, student_lin):
    wallet_money(student_lin, 5000)
    start()

    with pytest.raises(Invalid, match="already used"):
        start(**change)


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_to_pay_is_refused(start, amount):
    with pytest.raises(Invalid, match="nothing to pay"):
        start(amount=amount)


def test_an_unknown_gateway_is_refused(start):
    with pytest.raises(Invalid, match="not offered"):
        start(gateway="cheque")


class TestCashier:
    def test_waits_until_it_is_told(self, at_cashier):
        assert at_cashier.status == "pending"
        assert escrow() == 0

    def test_a_signed_callback_settles_it(self, at_cashier):
        payment = tell(sandbox.pay_bill(bill_of(at_cashier).no))

        assert (payment.status, payment.gateway_no) == ("paid", bill_of(at_cashier).no)
        assert escrow() == 800
        assert services.balance(Kind.GATEWAY, gateway="sandbox") == -800
        assert GatewayNotice.objects.get().outcome == "taken"
        assert check_ledger() == []

    def test_told_again_in_a_new_letter_changes_nothing(self, at_cashier):
        bill = sandbox.pay_bill(bill_of(at_cashier).no)
        tell(bill)

        assert tell(bill).status == "paid"
        assert escrow() == 800

    def test_a_replayed_letter_is_refused(self, at_cashier):
        headers, body = sandbox.callback_of(sandbox.pay_bill(bill_of(at_cashier).no))
        services.take_callback(gateway="sandbox", headers=headers, body=body)

        with pytest.raises(gateways.BadCallback, match="told before"):
            services.take_callback(gateway="sandbox", headers=headers, body=body)
        assert escrow() == 800
        assert GatewayNotice.objects.count() == 1

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda h, b: (h | {"X-Sandbox-Signature": "0" * 64}, b),
            lambda h, b: (h | {"X-Sandbox-Signature": ""}, b),
            lambda h, b: (h | {"X-Sandbox-Signature": "é"}, b),
            lambda h, b: (h | {"X-Sandbox-Nonce": "another"}, b),
            lambda h, b: (h | {"X-Sandbox-Timestamp": str(int(h["X-Sandbox-Timestamp"]) + 1)}, b),
            lambda h, b: (h, b.replace(b"800", b"8")),
            lambda h, b: ({}, b),
        ],
    )
    def test_a_letter_that_was_tampered_with_is_refused_and_logged(self, at_cashier, spoil, caplog):
        headers, body = sandbox.callback_of(sandbox.pay_bill(bill_of(at_cashier).no))
        headers, body = spoil(headers, body)

        with pytest.raises(gateways.BadCallback):
            services.take_callback(gateway="sandbox", headers=headers, body=body)
        assert escrow() == 0
        assert "refused" in caplog.text

    @pytest.mark.parametrize("minutes", [6, -6])
    def test_an_old_letter_is_refused(self, at_cashier, simulated_clock, minutes):
        headers, body = sandbox.callback_of(sandbox.pay_bill(bill_of(at_cashier).no))
        simulated_clock.advance(minutes=minutes)

        with pytest.raises(gateways.BadCallback, match="too old"):
            services.take_callback(gateway="sandbox", headers=headers, body=body)

    @pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"payment": "x", "bill": "y", "amount": "lots"}'])
    def test_a_signed_letter_that_cannot_be_read_is_refused(self, simulated_clock, body):
        stamp = str(int(simulated_clock.time.timestamp()))
        headers = {
            "X-Sandbox-Timestamp": stamp, "X-Sandbox-Nonce": "n", "X-Sandbox-Signature": sandbox.sign(stamp, "n", body),
        }  # fmt: skip

        with pytest.raises(gateways.BadCallback, match="not readable"):
            services.take_callback(gateway="sandbox", headers=headers, body=body)

    def test_a_wrong_amount_is_refused_and_kept(self, at_cashier, caplog):
        bill = sandbox.pay_bill(bill_of(at_cashier).no)
        bill.amount = 1

        with pytest.raises(Invalid, match="not the amount"):
            tell(bill)
        assert escrow() == 0
        assert GatewayNotice.objects.get().error.startswith("wrong_amount")
        assert "refused" in caplog.text

    def test_a_second_bill_for_the_same_payment_is_refused(self, at_cashier):
        bill = sandbox.pay_bill(bill_of(at_cashier).no)
        tell(bill)
        bill.no = "SBANOTHER"

        with pytest.raises(Invalid, match="another number"):
            tell(bill)
        assert escrow() == 800

    def test_an_unknown_payment_is_refused(self, at_cashier):
        bill = bill_of(at_cashier)
        bill.payment_no = "NOBODY"

        with pytest.raises(Invalid, match="no such payment"):
            tell(bill)
        assert GatewayNotice.objects.get().outcome == "refused"

    def test_a_letter_for_a_payment_of_another_gateway_is_refused(self, start, wallet_money, student_lin):
        wallet_money(student_lin, 800)
        payment = start(gateway="wallet")

        with pytest.raises(Invalid):
            tell(SandboxBill(no=payment.no, payment_no=payment.no, amount=800))

    def test_a_wallet_never_calls_back(self):
        with pytest.raises(gateways.BadCallback):
            services.take_callback(gateway="wallet", headers={}, body=b"")

    def test_a_closed_bill_cannot_be_paid(self, at_cashier):
        GATEWAY.close(at_cashier)

        with pytest.raises(gateways.GatewayError):
            sandbox.pay_bill(bill_of(at_cashier).no)

    def test_a_bill_past_its_time_cannot_be_paid(self, at_cashier, simulated_clock):
        simulated_clock.advance(minutes=16)

        with pytest.raises(gateways.GatewayError):
            sandbox.pay_bill(bill_of(at_cashier).no)

    def test_money_for_a_closed_payment_is_booked_so_that_it_can_be_returned(self, at_cashier):
        bill = sandbox.pay_bill(bill_of(at_cashier).no)
        services.close_payments(ref="ORDER1")

        with outbox.deferred_delivery():
            payment = tell(bill)

        assert payment.status == "paid"
        assert escrow() == 800
        assert OutboxEvent.objects.filter(name="payments.paid").exists()


class TestLostCallbacks:
    def test_are_found_by_asking(self, at_cashier, simulated_clock):
        sandbox.pay_bill(bill_of(at_cashier).no)
        assert services.query_stuck() == 0  # not yet: the callback is given its minute
        simulated_clock.advance(minutes=1)

        assert services.query_stuck() == 1
        at_cashier.refresh_from_db()
        assert (at_cashier.status, at_cashier.query_at) == ("paid", None)
        assert escrow() == 800

    def test_an_unpaid_one_is_asked_about_less_and_less(self, at_cashier, simulated_clock):
        asked = []
        for _minute in range(14):
            simulated_clock.advance(minutes=1)
            asked.append(services.query_stuck())

        assert sum(asked) == 3

    def test_one_that_ran_out_is_ended_there_and_here(self, at_cashier, simulated_clock):
        simulated_clock.advance(minutes=16)
        services.query_stuck()

        at_cashier.refresh_from_db()
        assert (at_cashier.status, at_cashier.query_at) == ("closed", None)
        assert bill_of(at_cashier).status == "closed"

    def test_paid_in_the_last_second_beats_the_ending(self, at_cashier, simulated_clock):
        sandbox.pay_bill(bill_of(at_cashier).no)
        simulated_clock.advance(minutes=16)
        services.query_stuck()

        at_cashier.refresh_from_db()
        assert at_cashier.status == "paid"

    def test_the_gateway_hears_of_what_was_closed_here(self, at_cashier):
        services.close_payments(ref="ORDER1")
        services.query_stuck()

        assert bill_of(at_cashier).status == "closed"
        assert services.query_stuck() == 0

    def test_a_gateway_that_does_not_answer_is_asked_again(self, at_cashier, simulated_clock, monkeypatch):
        def dead(payment):
            raise gateways.GatewayError("timeout")

        simulated_clock.advance(minutes=1)
        with monkeypatch.context() as patch:
            patch.setattr(GATEWAY, "query", dead)
            services.query_stuck()
        sandbox.pay_bill(bill_of(at_cashier).no)
        simulated_clock.advance(minutes=2)
        services.query_stuck()

        at_cashier.refresh_from_db()
        assert at_cashier.status == "paid"


class TestChangingOnesMind:
    def test_to_the_wallet_closes_the_bill_first(self, at_cashier, wallet_money, student_lin):
        wallet_money(student_lin, 800)

        paid = services.switch_gateway(payment=at_cashier, gateway="wallet", actor=student_lin)

        assert (paid.gateway, paid.status, paid.amount) == ("wallet", "paid", 800)
        assert bill_of(at_cashier).status == "closed"
        at_cashier.refresh_from_db()
        assert at_cashier.status == "closed"

    def test_finds_out_that_it_was_paid_already(self, at_cashier, wallet_money, student_lin):
        wallet_money(student_lin, 800)
        sandbox.pay_bill(bill_of(at_cashier).no)

        found = services.switch_gateway(payment=at_cashier, gateway="wallet", actor=student_lin)

        assert found == at_cashier
        assert (found.status, escrow(), services.balance(Kind.WALLET, user=student_lin)) == ("paid", 800, 800)

    def test_with_too_little_in_the_wallet_leaves_the_payment_waiting(self, at_cashier, student_lin):
        with pytest.raises(Invalid, match="does not hold enough"):
            services.switch_gateway(payment=at_cashier, gateway="wallet", actor=student_lin)

        at_cashier.refresh_from_db()
        assert at_cashier.status == "pending"

    def test_is_too_late_when_the_time_is_over(self, at_cashier, wallet_money, student_lin, simulated_clock):
        wallet_money(student_lin, 800)
        simulated_clock.advance(minutes=15)

        with pytest.raises(WrongState, match="run out"):
            services.switch_gateway(payment=at_cashier, gateway="wallet", actor=student_lin)


def test_a_top_up_goes_into_the_wallet(start, student_lin):
    payment = start(purpose="topup", ref="T1")
    GATEWAY.create(payment)
    tell(sandbox.pay_bill(bill_of(payment).no))

    assert services.balance(Kind.WALLET, user=student_lin) == 800
    assert student_lin.notices.get().kind == "topup"


def test_what_the_cashier_was_told_to_close_can_be_chosen_again(at_cashier, wallet_money, student_lin):
    """A wallet that is too low must not leave the customer without any way to pay."""
    with pytest.raises(Invalid):
        services.switch_gateway(payment=at_cashier, gateway="wallet", actor=student_lin)

    GATEWAY.create(at_cashier)
    assert sandbox.pay_bill(bill_of(at_cashier).no).status == "paid"


def test_a_bill_that_the_cashier_has_closed_is_replaced_by_a_new_one(at_cashier, student_lin):
    GATEWAY.close(at_cashier)

    new = services.switch_gateway(payment=at_cashier, gateway="sandbox", actor=student_lin)

    assert new != at_cashier
    assert (new.status, new.amount, new.ref, new.purpose) == ("pending", 800, "ORDER1", "order")


def test_an_open_bill_is_kept(at_cashier, student_lin):
    assert services.switch_gateway(payment=at_cashier, gateway="sandbox", actor=student_lin) == at_cashier
