"""Whatever comes in whatever order, no fen appears, vanishes or moves twice."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core import clock, outbox
from core.errors import DomainError
from payments import gateways, services
from payments.gateways import BadCallback
from payments.gateways.sandbox import cashier as sandbox
from payments.models import Account, Payment, Refund, SandboxBill
from payments.selectors import check_ledger

pytestmark = pytest.mark.django_db

REFS = st.sampled_from(["M1", "M2", "M3"])
FEN = st.integers(1, 3000)
KEYS = st.integers(0, 6)


class Money(RuleBasedStateMachine):
    """Three orders of one customer and one courier. `held` is what must be in each order's escrow."""

    customer = courier = campus = simulated = None  # set by the test

    @initialize()
    def begin(self):
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.held = dict.fromkeys(["M1", "M2", "M3"], 0)
        self.letters: list[tuple] = []
        self.answers: dict[str, tuple] = {}  # by key: (what was asked, what was answered)

    def teardown(self):
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    def ask(self, service, key: str, **asked):
        """None when it was refused; the same key gives the first answer, or a refusal."""
        first = self.answers.get(key)
        before = Account.objects.order_by("pk").values_list("pk", "balance")
        there = dict(before)
        try:
            answer = service(key=key, **asked)
        except DomainError:
            assert dict(before.all()) == there
            return None
        if first:
            assert first == (asked, answer)
            assert dict(before.all()) == there
            return None
        self.answers[key] = (asked, answer)
        return answer

    @rule(ref=REFS, fen=FEN, key=KEYS)
    def order(self, ref, fen, key):
        self.ask(
            services.start_payment, f"pay:{key}", ref=ref, purpose="order", user=self.customer, campus=self.campus,
            amount=fen, gateway="sandbox",
        )  # fmt: skip

    @rule(number=st.integers(0, 9), times=st.integers(0, 2))
    def pay(self, number, times):
        waiting = list(Payment.objects.filter(status="pending").order_by("pk"))
        if number >= len(waiting):
            return
        gateways.get("sandbox").create(waiting[number])
        bill = sandbox.pay_bill(SandboxBill.objects.get(payment_no=waiting[number].no).no)
        self.letters += [sandbox.callback_of(bill) for _ in range(times)]

    @rule(number=st.integers(0, 9), keep=st.booleans())
    def letter(self, number, keep):
        if number >= len(self.letters):
            return
        headers, body = self.letters[number] if keep else self.letters.pop(number)
        paid = self.paid()
        try:
            services.take_callback(gateway="sandbox", headers=headers, body=body)
        except BadCallback:
            assert self.paid() == paid
        self.came_in(paid)

    @rule(minutes=st.integers(1, 8))
    def time_passes(self, minutes):
        self.simulated.advance(minutes=minutes)
        paid = self.paid()
        services.query_stuck(now=clock.now())
        self.came_in(paid)

    @rule(ref=REFS, fen=FEN, key=KEYS, source=st.sampled_from(["escrow", "platform", "courier"]))
    def refund(self, ref, fen, key, source):
        who = f"courier:{self.courier.pk}" if source == "courier" else source
        made = self.ask(services.refund, f"back:{key}", ref=ref, amount=fen, reason="machine", source=who)
        if made and source == "escrow":
            self.held[ref] -= fen

    @rule(ref=REFS, fee=st.integers(0, 100), key=KEYS)
    def deliver(self, ref, fee, key):
        held = self.held[ref]
        if not held:
            return
        if self.ask(
            services.pay_out_delivery, f"out:{key}", ref=ref, campus=self.campus, courier_user=self.courier,
            courier_fen=held * fee // 100,
        ):  # fmt: skip
            self.held[ref] = 0

    @rule(ref=REFS, fen=FEN, key=KEYS, by=st.sampled_from(["platform", "courier"]))
    def compensate(self, ref, fen, key, by):
        self.ask(
            services.compensate, f"comp:{key}", ref=ref, user=self.customer, campus=self.campus, amount=fen,
            borne_by=by, courier_user=self.courier if by == "courier" else None,
        )  # fmt: skip

    @rule(ref=REFS)
    def release(self, ref):
        services.release_earnings(key=f"release:{ref}:{clock.now()}", ref=ref)

    @rule()
    def send(self):
        services.send_refunds(now=clock.now())

    @invariant()
    def the_books_are_whole(self):
        if not hasattr(self, "held"):
            return
        assert check_ledger() == []
        assert {ref: services.balance("escrow", ref=ref) for ref in self.held} == self.held
        for payment in Payment.objects.filter(refunded__gt=0):
            assert (
                sum(Refund.objects.filter(payment=payment).values_list("amount", flat=True)) <= payment.amount
            )

    def paid(self) -> dict[int, tuple[str, int]]:
        rows = Payment.objects.filter(status="paid").values_list("pk", "ref", "amount")
        return {pk: (ref, fen) for pk, ref, fen in rows}

    def came_in(self, before) -> None:
        now = self.paid()
        for pk in now.keys() - before.keys():
            ref, fen = now[pk]
            self.held[ref] += fen


def test_no_fen_appears_vanishes_or_moves_twice(student_lin, courier_zhao, campus):
    start = clock.midnight(clock.now().date()) + timedelta(hours=10)
    with outbox.deferred_delivery(), clock.simulated(start) as simulated:
        Money.customer, Money.courier, Money.campus, Money.simulated = (
            student_lin,
            courier_zhao.user,
            campus,
            simulated,
        )
        fewer = settings(max_examples=settings().max_examples // 3, stateful_step_count=25)
        run_state_machine_as_test(Money, settings=fewer)
