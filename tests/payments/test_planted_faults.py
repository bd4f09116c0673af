"""Books that chance has made, with faults planted at random: reconciliation names every one and nothing else."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from core import clock, outbox
from payments import gateways, services
from payments.gateways import Line
from payments.gateways.sandbox import cashier as sandbox
from payments.models import Account, Entry, Payment, Refund, SandboxBill
from payments.reconciliation import Fault, books
from payments.reconciliation.bill import compare
from payments.reconciliation.runs import look_again
from tests.payments import guarding

pytestmark = pytest.mark.django_db

GATEWAY = gateways.get("sandbox")
TODAY = date(2026, 11, 24)
# What may be wrong with a payment, each in its own way; None is a payment with which nothing is wrong.
BILL_FAULTS = ["missing_here", "missing_there", "double_there", "one_more", "one_less"]
BOOK_FAULTS = ["double_here", "wrong_payee", "balance", "escrow_left", "stuck_payment", "stuck_refund"]
ORDERS = st.lists(
    st.tuples(
        st.sampled_from([*BILL_FAULTS, *BOOK_FAULTS, None, None, None]),
        st.integers(2, 50_000),  # fen
        st.integers(0, 100),  # percent given back
    ),
    max_size=8,
)


class Planter:
    """Makes orders, most of them sound, and remembers what it has made wrong."""

    def __init__(self, student, campus) -> None:
        self.student, self.campus = student, campus
        self.gateway = services.account("gateway", gateway="sandbox")
        self.lines: list[Line] = []
        self.over: set[str] = set()  # orders that have ended
        self.expected: list[Fault] = []
        self.unanswered: set[str] = set()  # payments about which the cashier says nothing

    def pay(self, ref: str, fen: int, settle: bool = True) -> Payment:
        payment = services.start_payment(
            key=ref, ref=ref, purpose="order", user=self.student, campus=self.campus, amount=fen, gateway="sandbox",
            expires_at=clock.now() + timedelta(minutes=15),
        )  # fmt: skip
        GATEWAY.create(payment)
        bill = sandbox.pay_bill(SandboxBill.objects.get(payment_no=payment.no).no)
        if settle:
            services.settle_payment(payment_no=payment.no, amount=fen, gateway_no=bill.no)
        payment.refresh_from_db()
        return payment

    def order(self, ref: str, fault: str | None, fen: int, percent: int) -> None:
        back = fen * percent // 100
        if fault in BILL_FAULTS or fault is None:
            payment = self.pay(ref, fen, settle=fault != "missing_here")
            if back and fault is None:
                services.refund(key=ref, ref=ref, amount=back, reason="cancelled")
            self.end(ref)
        else:
            payment = getattr(self, fault)(ref, fen)
        self.in_the_bill(payment, fault)

    def end(self, ref: str) -> None:
        """The order is over, and what is left is the platform's."""
        left = services.balance("escrow", ref=ref)
        if left:
            services.transfer(
                key=f"end:{ref}", reason="courier_fee", ref=ref,
                moves=[
                    (services.account("escrow", ref=ref), -left),
                    (services.account("platform_income", campus=self.campus), left),
                ],
            )  # fmt: skip
        self.over.add(ref)

    def in_the_bill(self, payment: Payment, fault: str | None) -> None:
        line = {
            "missing_there": [],
            "double_there": [Line("pay", payment.no, payment.amount)] * 2,
            "one_more": [Line("pay", payment.no, payment.amount + 1)],
            "one_less": [Line("pay", payment.no, payment.amount - 1)],
            "stuck_payment": [],  # nobody ever paid it
        }.get(fault, [Line("pay", payment.no, payment.amount)])
        self.lines += line
        kind, at_stake = {
            "missing_here": ("missing_here", payment.amount),
            "missing_there": ("missing_there", payment.amount),
            "double_there": ("double", payment.amount),
            "one_more": ("wrong_amount", 1),
            "one_less": ("wrong_amount", -1),
        }.get(fault, (None, 0))
        if kind:
            self.expected.append(Fault(kind, payment.no, at_stake))

    # -- Faults of our own books --

    def double_here(self, ref, fen):
        payment = self.pay(ref, fen)
        escrow = services.account("escrow", ref=ref)
        services.transfer(
            key=f"again:{ref}", reason="pay_order", ref=ref, note=payment.no,
            moves=[(self.gateway, -fen), (escrow, fen)],
        )  # fmt: skip
        self.expected += [Fault("double", payment.no, fen), Fault("paid", ref, -fen)]
        self.end(ref)
        return payment

    def wrong_payee(self, ref, fen):
        payment = self.pay(ref, fen, settle=False)
        other = services.account("platform_income", campus=self.campus)
        services.transfer(
            key=f"payment:{payment.no}", reason="pay_order", ref=ref, note=payment.no,
            moves=[(self.gateway, -fen), (other, fen)],
        )  # fmt: skip
        payment.settle("X", now=clock.now())
        payment.save()
        self.expected.append(Fault("wrong_payee", payment.no, fen))
        return payment

    def balance(self, ref, fen):
        payment = self.pay(ref, fen)
        guarding.take_off()
        Account.objects.filter(code=f"escrow:{ref}").update(balance=fen + 1)
        guarding.put_on()
        self.expected.append(Fault("balance", f"escrow:{ref}", 1))
        return payment

    def escrow_left(self, ref, fen):
        payment = self.pay(ref, fen)
        self.over.add(ref)
        self.expected.append(Fault("escrow_left", ref, fen))
        return payment

    def stuck_payment(self, ref, fen):
        """The cashier has lost it, and its books say nothing."""
        payment = self.pay(ref, fen, settle=False)
        SandboxBill.objects.filter(payment_no=payment.no).update(status="open")
        self.unanswered.add(payment.no)
        self.expected.append(Fault("stuck_payment", payment.no, fen))
        return payment

    def stuck_refund(self, ref, fen):
        payment = self.pay(ref, fen)
        (made,) = services.refund(key=ref, ref=ref, amount=fen, reason="cancelled")
        Refund.objects.filter(pk=made.pk).update(status="failed", next_try_at=None)
        self.expected.append(Fault("stuck_refund", made.no, fen))
        return payment


@given(orders=ORDERS)
def test_every_planted_fault_is_found_and_nothing_else(student_lin, campus, monkeypatch, orders):
    with transaction.atomic(), clock.simulated(clock.midnight(TODAY) + timedelta(hours=10)) as simulated:
        books_of_chance(student_lin, campus, monkeypatch, orders, simulated)
        transaction.set_rollback(True)


def books_of_chance(student, campus, monkeypatch, orders, simulated):
    plant = Planter(student, campus)
    with outbox.deferred_delivery():
        for number, (fault, fen, percent) in enumerate(orders):
            plant.order(f"N{number}", fault, fen, percent)
        services.send_refunds(now=clock.now())
        done = Refund.objects.filter(status="done").values_list("no", "amount")
        plant.lines += [Line("refund", no, fen) for no, fen in done]
        since = clock.midnight(TODAY)
        faults = compare(gateway="sandbox", lines=plant.lines, since=since, until=since + timedelta(days=1))
        simulated.advance(hours=14)
        close = GATEWAY.close

        def silent(payment):
            if payment.no in plant.unanswered:
                raise gateways.GatewayError("no answer")
            return close(payment)

        with monkeypatch.context() as patch:
            patch.setattr(GATEWAY, "close", silent)
            look_again(clock.now())
            patch.setattr(books, "_finished", [lambda numbers: plant.over & set(numbers)])
            faults += books.invariant_violations() + books.escrow_left(clock.now()) + books.stuck(clock.now())
    # A payment that only the bill knew of has been asked about by now, so its escrow holds it.
    found = [f for f in faults if not (f.kind == "escrow_left" and late(plant, f.no))]
    assert sorted(found) == sorted(plant.expected)


def late(plant: Planter, ref: str) -> bool:
    paid = Payment.objects.get(ref=ref)
    return Fault("missing_here", paid.no, paid.amount) in plant.expected


def test_the_planter_plants_nothing_by_itself(student_lin, campus, simulated_clock):
    plant = Planter(student_lin, campus)
    plant.order("N1", None, 800, 30)

    assert plant.expected == []
    assert services.balance("escrow", ref="N1") == 0
    assert Entry.objects.count() == 6
