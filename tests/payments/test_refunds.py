"""Money goes back the way it came, and never more than came."""

import pytest

from core import outbox
from core.errors import Invalid, WrongState
from core.models import OutboxEvent
from payments import gateways, services
from payments.gateways.sandbox import cashier as sandbox
from payments.models import Account, Refund, SandboxBill
from payments.selectors import check_ledger

pytestmark = pytest.mark.django_db

Kind = Account.Kind
GATEWAY = gateways.get("sandbox")


@pytest.fixture
def paid(student_lin, campus, wallet_money, simulated_clock):
    """paid(fen, gateway): a settled payment for ORDER1."""

    def make(amount, gateway="wallet", ref="ORDER1"):
        if gateway == "wallet":
            wallet_money(student_lin, amount)
        payment = services.start_payment(
            key=f"k{Refund.objects.count()}{amount}{gateway}", ref=ref, purpose="order", user=student_lin,
            campus=campus, amount=amount, gateway=gateway,
        )  # fmt: skip
        if gateway == "sandbox":
            GATEWAY.create(payment)
            bill = sandbox.pay_bill(SandboxBill.objects.get(payment_no=payment.no).no)
            services.settle_payment(payment_no=payment.no, amount=amount, gateway_no=bill.no)
        payment.refresh_from_db()
        return payment

    return make


def refund(amount, key="r1", **more):
    return services.refund(key=key, ref="ORDER1", amount=amount, reason="cancelled", **more)


def wallet(user):
    return services.balance(Kind.WALLET, user=user)


def escrow():
    return services.balance(Kind.ESCROW, ref="ORDER1")


def test_to_the_wallet_it_is_done_at_once(paid, student_lin):
    paid(800)

    with outbox.deferred_delivery():
        (made,) = refund(300)

    assert (made.status, wallet(student_lin), escrow()) == ("done", 300, 500)
    event = OutboxEvent.objects.get(name="payments.refunded").payload
    assert (event["amount"], event["ref"], event["gateway"]) == (300, "ORDER1", "wallet")
    assert check_ledger() == []


def test_the_same_key_refunds_once(paid, student_lin):
    paid(800)
    first = refund(300)

    assert refund(300) == first
    assert wallet(student_lin) == 300


def test_the_same_key_with_another_amount_is_refused(paid):
    paid(800)
    refund(300)

    with pytest.raises(Invalid, match="already used"):
        refund(301)


def test_never_more_than_was_paid(paid, student_lin):
    paid(800)
    refund(500)

    with pytest.raises(Invalid, match="Only ¥3"):
        refund(301, key="r2")
    refund(300, key="r3")
    assert wallet(student_lin) == 800


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_cannot_be_refunded(paid, amount):
    paid(800)

    with pytest.raises(Invalid, match="nothing to refund"):
        refund(amount)


def test_nothing_paid_nothing_back(student_lin):
    with pytest.raises(Invalid, match="can still be refunded"):
        refund(1)


def test_an_empty_escrow_gives_nothing(paid, campus, courier_zhao):
    paid(800)
    services.pay_out_delivery(
        key="d", ref="ORDER1", campus=campus, courier_user=courier_zhao.user, courier_fen=640
    )

    with pytest.raises(Invalid, match="not enough"):
        refund(100)
    assert not Refund.objects.exists()


def test_the_platform_can_give_it_instead(paid, campus, courier_zhao, student_lin):
    paid(800)
    services.pay_out_delivery(
        key="d", ref="ORDER1", campus=campus, courier_user=courier_zhao.user, courier_fen=640
    )

    refund(100, source="platform")

    assert wallet(student_lin) == 100
    assert services.balance(Kind.PLATFORM_COMPENSATION, campus=campus) == -100


def test_the_courier_can_give_it_from_both_pots(paid, campus, courier_zhao, student_lin):
    paid(800)
    zhao = courier_zhao.user
    services.pay_out_delivery(key="d", ref="ORDER1", campus=campus, courier_user=zhao, courier_fen=640)
    held = services.account(Kind.COURIER_EARNINGS, user=zhao)
    free = services.account(Kind.COURIER_WITHDRAWABLE, user=zhao)
    services.transfer(key="x", reason="earnings_released", moves=[(held, -600), (free, 600)])

    refund(100, source=f"courier:{zhao.pk}")

    assert services.balance(Kind.COURIER_EARNINGS, user=zhao) == 0
    assert services.balance(Kind.COURIER_WITHDRAWABLE, user=zhao) == 540
    assert wallet(student_lin) == 100


def test_an_unknown_source_is_a_bug_in_the_caller(paid):
    paid(800)

    with pytest.raises(ValueError, match="no such source"):
        refund(100, source="thin air")


def test_over_several_payments_the_newest_goes_back_first(paid, student_lin):
    old, new = paid(800), paid(200, gateway="sandbox")

    made = refund(500)

    assert [(r.payment, r.amount, r.status) for r in made] == [(new, 200, "queued"), (old, 300, "done")]
    assert (wallet(student_lin), escrow()) == (300, 500)
    assert check_ledger() == []


class TestThroughTheCashier:
    def test_leaves_the_escrow_at_once_and_arrives_later(self, paid, student_lin):
        payment = paid(800, gateway="sandbox")
        (made,) = refund(800)
        assert (made.status, escrow()) == ("queued", 0)
        assert services.balance(Kind.REFUND_CLEARING, gateway="sandbox") == 800
        assert check_ledger() == []

        assert services.send_refunds() == 1

        made.refresh_from_db()
        assert made.status == "done"
        assert SandboxBill.objects.get(payment_no=payment.no).refunded == 800
        assert services.balance(Kind.REFUND_CLEARING, gateway="sandbox") == 0
        assert services.balance(Kind.GATEWAY, gateway="sandbox") == 0
        assert student_lin.notices.get(kind="refund")
        assert check_ledger() == []

    def test_is_sent_once(self, paid):
        paid(800, gateway="sandbox")
        refund(800)

        assert [services.send_refunds(), services.send_refunds()] == [1, 0]

    def test_a_process_that_died_after_sending_finds_that_it_arrived(self, paid, simulated_clock):
        paid(800, gateway="sandbox")
        (made,) = refund(800)
        GATEWAY.refund(made)  # the money went, and then the lights went out
        made.attempts = 1
        made.save(update_fields=["attempts"])
        simulated_clock.advance(minutes=5)

        assert services.send_refunds() == 1
        assert SandboxBill.objects.get().refunded == 800

    def test_a_gateway_that_refuses_is_tried_again_and_then_given_up(
        self, paid, simulated_clock, monkeypatch
    ):
        def dead(refund):
            raise gateways.GatewayError("no such bill")

        paid(800, gateway="sandbox")
        (made,) = refund(800)
        with monkeypatch.context() as patch, outbox.deferred_delivery():
            patch.setattr(GATEWAY, "refund", dead)
            for _attempt in range(10):
                services.send_refunds()
                simulated_clock.advance(hours=2)

        made.refresh_from_db()
        assert (made.status, made.attempts, made.error) == ("failed", 8, "no such bill")
        assert OutboxEvent.objects.filter(name="payments.refund_failed").count() == 1
        assert services.send_refunds() == 0
        assert check_ledger() == []

    def test_finance_sends_a_failed_one_again(self, paid, finance_li):
        paid(800, gateway="sandbox")
        (made,) = refund(800)
        made.give_up()
        made.save()

        services.retry_refund(refund=made, actor=finance_li)

        assert services.send_refunds() == 1

    def test_one_that_is_not_failed_cannot_be_sent_again(self, paid, finance_li):
        paid(800, gateway="sandbox")
        (made,) = refund(800)

        with pytest.raises(WrongState):
            services.retry_refund(refund=made, actor=finance_li)

    def test_the_cashier_itself_refuses_more_than_was_paid(self, paid):
        payment = paid(800, gateway="sandbox")

        with pytest.raises(gateways.GatewayError, match="has only 800 left"):
            GATEWAY.refund(Refund(payment=payment, amount=801))
