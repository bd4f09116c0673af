"""A bill against the books: every planted fault is found, and nothing else."""

from datetime import date, timedelta

import pytest

from core import clock, outbox
from payments import gateways, services
from payments.gateways import Line
from payments.gateways.sandbox import cashier as sandbox
from payments.models import Account, Entry, SandboxBill, SandboxRefund, Transfer
from payments.reconciliation import Fault, books
from payments.reconciliation.bill import compare

pytestmark = pytest.mark.django_db
GATEWAY = gateways.get("sandbox")


@pytest.fixture
def day(simulated_clock):
    return simulated_clock.time - timedelta(hours=10), simulated_clock.time + timedelta(hours=14)


@pytest.fixture
def pay(student_lin, campus, simulated_clock):
    """pay(ref, fen): Lin has paid at the cashier, and it is booked."""

    def make(ref, fen=800, settle=True, **more):
        payment = services.start_payment(
            key=ref, ref=ref, purpose=more.get("purpose", "order"), user=student_lin, campus=campus, amount=fen,
            gateway="sandbox", expires_at=simulated_clock.time + timedelta(minutes=15), actor=student_lin,
        )  # fmt: skip
        GATEWAY.create(payment)
        bill = sandbox.pay_bill(SandboxBill.objects.get(payment_no=payment.no).no)
        if settle:
            services.settle_payment(payment_no=payment.no, amount=fen, gateway_no=bill.no)
        payment.refresh_from_db()
        return payment

    return make


@pytest.fixture
def busy(pay):
    """A day with nothing wrong: three orders and a top-up paid, one partly refunded."""
    payments = [pay("A1"), pay("B2", 1234), pay("C3", 1), pay("T4", 5000, purpose="topup")]
    services.refund(key="r", ref="B2", amount=234, reason="cancelled")
    services.send_refunds()
    return payments


def sandbox_bill():
    """What the sandbox cashier's bill of this Tuesday says."""
    return GATEWAY.read_bill(GATEWAY.download_bill(date(2026, 11, 24)))


def found(day, lines=None, gateway="sandbox"):
    since, until = day
    return compare(
        gateway=gateway, lines=sandbox_bill() if lines is None else lines, since=since, until=until
    )


def test_where_nothing_is_wrong_nothing_is_found(busy, day):
    assert len(sandbox_bill()) == 5
    assert found(day) == []
    assert books.stuck(clock.now()) == []


class TestPlanted:
    def test_paid_there_and_not_known_here(self, busy, day, pay):
        lost = pay("D5", settle=False)

        assert found(day) == [Fault("missing_here", lost.no, 800)]

    def test_booked_here_and_not_in_the_bill(self, busy, day):
        SandboxBill.objects.filter(payment_no=busy[0].no).delete()

        assert found(day) == [Fault("missing_there", busy[0].no, 800)]

    @pytest.mark.parametrize("off", [1, -1])
    def test_one_fen_more_or_less(self, busy, day, off):
        SandboxBill.objects.filter(payment_no=busy[0].no).update(amount=800 + off)

        assert found(day) == [Fault("wrong_amount", busy[0].no, off)]

    def test_twice_in_the_bill(self, busy, day):
        assert found(day, [*sandbox_bill(), Line(Line.PAY, busy[0].no, 800)]) == [
            Fault("double", busy[0].no, 800)
        ]

    def test_twice_with_two_amounts(self, busy, day):
        assert found(day, [*sandbox_bill(), Line(Line.PAY, busy[0].no, 801)]) == [
            Fault("double", busy[0].no, 801)
        ]

    def test_a_refund_that_nobody_here_asked_for(self, busy, day):
        assert found(day, [*sandbox_bill(), Line(Line.REFUND, "BYHAND", 7)]) == [
            Fault("missing_here", "BYHAND", 7)
        ]

    def test_a_refund_that_the_bill_does_not_know(self, busy, day):
        gone = SandboxRefund.objects.get()
        gone.delete()

        assert found(day) == [Fault("missing_there", gone.refund_no, 234)]

    def test_money_that_went_to_another_order(self, busy, day, pay, monkeypatch):
        odd = pay("D5", settle=False)
        services.transfer(
            key=f"payment:{odd.no}", reason="pay_order", ref="D5", note=odd.no,
            moves=[
                (services.account("gateway", gateway="sandbox"), -800),
                (services.account("escrow", ref="A1"), 800),
            ],
        )  # fmt: skip
        with outbox.deferred_delivery():
            odd.settle("X")
            odd.save()

        assert found(day) == [Fault("wrong_payee", odd.no, 800)]

    def test_a_payment_that_the_ledger_does_not_know(self, busy, day, pay):
        odd = pay("D5", settle=False)
        odd.settle("X")
        odd.save()

        assert found(day) == [Fault("missing_here", odd.no, 800)]

    def test_booked_twice_in_the_ledger(self, busy, day):
        services.transfer(
            key="again", reason="pay_order", ref="A1", note=busy[0].no,
            moves=[
                (services.account("gateway", gateway="sandbox"), -800),
                (services.account("escrow", ref="A1"), 800),
            ],
        )  # fmt: skip

        assert found(day) == [Fault("double", busy[0].no, 800)]

    def test_the_cashiers_money_moved_by_hand(self, busy, day, student_lin):
        services.transfer(
            key="by-hand", reason="gift",
            moves=[
                (services.account("gateway", gateway="sandbox"), -5),
                (services.account("wallet", user=student_lin), 5),
            ],
        )  # fmt: skip

        assert found(day) == [Fault("missing_there", "by-hand", 5)]

    def test_all_at_once(self, busy, day, pay):
        lost = pay("D5", settle=False)
        SandboxBill.objects.filter(payment_no=busy[0].no).delete()
        SandboxBill.objects.filter(payment_no=busy[1].no).update(amount=1235)

        assert found(day) == sorted(
            [
                Fault("missing_here", lost.no, 800),
                Fault("missing_there", busy[0].no, 800),
                Fault("wrong_amount", busy[1].no, 1),
            ]
        )


def test_what_crosses_midnight_is_found_with_two_days_and_not_before(pay, day, simulated_clock):
    late = pay("N1", settle=False)
    simulated_clock.advance(hours=15)
    bill = SandboxBill.objects.get()
    services.settle_payment(payment_no=late.no, amount=800, gateway_no=bill.no)
    tomorrow = (day[1], day[1] + timedelta(days=1))

    assert found(tomorrow, []) == []  # it may stand in yesterday's bill
    assert found((day[0], tomorrow[1]), []) == [Fault("missing_there", late.no, 800)]


def test_escrow_of_a_final_order(busy, simulated_clock, monkeypatch):
    monkeypatch.setattr(books, "_finished", [lambda numbers: {"B2", "UNKNOWN"} & set(numbers)])
    assert books.escrow_left(clock.now()) == []  # it may still be giving back
    simulated_clock.advance(hours=2)

    assert books.escrow_left(clock.now()) == [Fault("escrow_left", "B2", 1000)]


def test_a_payment_that_nobody_ended(pay, simulated_clock):
    waiting = pay("W1", settle=False)
    simulated_clock.advance(hours=2)

    assert books.stuck(clock.now()) == [Fault("stuck_payment", waiting.no, 800)]


def test_a_refund_that_does_not_arrive(busy, simulated_clock):
    (made,) = services.refund(key="slow", ref="A1", amount=100, reason="cancelled")
    assert books.stuck(clock.now()) == []
    simulated_clock.advance(days=4)

    assert books.stuck(clock.now()) == [Fault("stuck_refund", made.no, 100)]


def test_it_changes_nothing(busy, day):
    before = (Transfer.objects.count(), Entry.objects.count(), Account.objects.count())
    found(day)

    assert (Transfer.objects.count(), Entry.objects.count(), Account.objects.count()) == before
