"""Whatever operators do in whatever order: the steps are those of a plain model that lives through every minute."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.outbox import drain
from exceptions import tasks
from exceptions.escalation import services as escalation
from exceptions.tickets import services
from exceptions.tickets.lifecycle import lock_ticket, save_transition
from notifications.models import Preference

pytestmark = pytest.mark.django_db

NAMES = ("assignee", "group", "supervisor", "page")
WAITS = (0, 5, 10, 10)
REPEAT, TAKEN, ANSWER, SOLUTION = 30, 20, 5, 60


class Model:
    """What people would expect, minute by minute. `used`: minutes that the clocks have run; `cause`: what is waited for."""

    def __init__(self) -> None:
        self.minute, self.steps = 0, []
        self.is_held = self.is_merged = self.is_settled = False
        self._new_cycle()

    def _new_cycle(self) -> None:
        self.used, self.is_answered, self.seen = 0, False, set()
        self.cause: set[str] = set()

    @property
    def is_active(self) -> bool:
        return bool(self.cause) and not self.is_merged and not self.is_settled

    @property
    def next_at(self) -> int | None:
        if not self.is_active or self.is_held or self.number >= 4 * self.rounds:
            return None
        return max(self.due, self.taken_until, self.resumed)

    def pass_minute(self) -> None:
        self.minute += 1
        self.used += not self.is_held

    def look(self) -> None:
        """What beat does."""
        if self.is_merged or self.is_settled:
            return
        late = {"answer"} if self.used >= ANSWER and not self.is_answered else set()
        if self.used >= SOLUTION:
            late.add("solution")
        if new := late - self.seen:
            self._run_out(new)
        while self.next_at is not None and self.next_at <= self.minute:
            self.steps.append((self.minute, NAMES[self.number % 4]))
            self.number += 1
            self.due = self.minute + (WAITS[self.number % 4] if self.number % 4 else REPEAT)
            self.taken_until = self.resumed = 0
            self.was_taken, self.rounds_then = False, self.rounds

    def _run_out(self, new: set[str]) -> None:
        self.seen |= new
        if self.cause:
            self.rounds += 1
            if self.number >= 4 * self.rounds_then:
                self.resumed = max(self.resumed, self.minute)
        else:
            self.number, self.rounds, self.rounds_then, self.due = 0, 2, 2, self.minute
            self.taken_until, self.resumed, self.was_taken = 0, 0, False
        self.cause |= new

    def take(self) -> None:
        if not self.cause:
            return
        self.taken_until = max(self.taken_until, self.minute + TAKEN)
        self.rounds += not self.was_taken
        self.was_taken = True

    def answer(self) -> None:
        self.take()
        self.is_answered = True
        self.cause.discard("answer")

    def go_on(self) -> None:
        if self.cause:
            self.resumed = max(self.resumed, self.minute)

    def reopen(self) -> None:
        self.is_settled = self.is_held = False
        self._new_cycle()


class Escalation(RuleBasedStateMachine):
    make_ticket = wang = sun = simulated = None  # set by the test

    @initialize()
    def begin(self):
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.start = self.simulated()
        self.ticket = self.make_ticket()
        services.assign(ticket=self.ticket, actor=self.wang, to=self.wang)
        self.model = Model()

    def teardown(self):
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)
            self.simulated.move_to(self.start)

    def beat(self) -> None:
        tasks.escalate()
        drain()
        self.model.look()

    def write(self, kind: str, change=None, actor=None) -> None:
        with lock_ticket(self.ticket.pk) as ticket:
            if change:
                change(ticket)
            save_transition(ticket, kind, actor=actor, role="operator" if actor else "system")

    @rule(minutes=st.integers(1, 12))
    def time_passes(self, minutes):
        for _ in range(minutes):
            self.simulated.advance(minutes=1)
            self.model.pass_minute()
            self.beat()

    @rule(minutes=st.integers(1, 40))
    def nothing_runs(self, minutes):
        self.simulated.advance(minutes=minutes)
        for _ in range(minutes):
            self.model.pass_minute()
        self.beat()

    @rule()
    def beat_twice(self):
        self.beat()
        self.beat()

    @precondition(lambda self: self.model.is_active)
    @rule(by_supervisor=st.booleans())
    def take(self, by_supervisor):
        made = escalation.acknowledge(ticket=self.ticket, actor=self.sun if by_supervisor else self.wang)
        if made:
            self.model.take()

    @precondition(lambda self: not self.model.is_settled and not self.model.is_merged)
    @rule(to_customer=st.booleans())
    def note(self, to_customer):
        audience = "customer" if to_customer else "operators"
        services.note(
            ticket=self.ticket,
            actor=self.wang,
            text="Hm",
            audience=audience,
            key=f"n{self.ticket.events.count()}",
        )
        if to_customer:
            self.model.answer()

    @precondition(lambda self: not self.model.is_held and not self.model.is_settled)
    @rule()
    def join_incident(self):
        self.write("incident_joined")
        self.model.is_held = True

    @precondition(lambda self: self.model.is_held and not self.model.is_settled)
    @rule()
    def leave_incident(self):
        self.write("incident_left")
        self.model.is_held = False
        self.model.go_on()

    @precondition(lambda self: not self.model.is_merged and not self.model.is_settled)
    @rule()
    def merge(self):
        self.write("merged", lambda ticket: ticket.merge(), self.wang)
        self.model.is_merged = True

    @precondition(lambda self: self.model.is_merged)
    @rule()
    def split(self):
        def back(ticket):
            ticket.status, ticket.closed_at = "working", None

        self.write("split", back, self.wang)
        self.model.is_merged = False
        self.model.go_on()

    @precondition(lambda self: not self.model.is_merged and not self.model.is_settled)
    @rule()
    def resolve(self):
        services.resolve(ticket=self.ticket, actor=self.wang, resolution="Done")
        self.model.is_settled = True

    @precondition(lambda self: self.model.is_settled)
    @rule()
    def reopen(self):
        services.reopen(ticket=self.ticket, actor=self.wang, reason="Not done")
        self.model.reopen()

    @invariant()
    def the_steps_are_those_of_the_model(self):
        if not hasattr(self, "model"):
            return
        found = [
            (round((entry.at - self.start) / timedelta(minutes=1)), entry.data["to"])
            for entry in self.ticket.events.filter(kind="escalated").order_by("pk")
        ]
        assert found == self.model.steps
        latest = self.ticket.escalations.order_by("-pk").first()
        next_at = latest and latest.next_at and round((latest.next_at - self.start) / timedelta(minutes=1))
        assert next_at == self.model.next_at


def test_the_steps_are_those_of_a_plain_model(
    order, student_lin, policy, operator_wang, supervisor_sun, simulated_clock
):
    policy()
    Preference.objects.create(user=operator_wang, quiet=False)
    Preference.objects.create(user=supervisor_sun, quiet=False)
    Escalation.wang, Escalation.sun, Escalation.simulated = operator_wang, supervisor_sun, simulated_clock
    Escalation.make_ticket = staticmethod(
        lambda: services.report(
            order=order, type="other", source="customer", actor=student_lin, description="Where is it?"
        )
    )
    run_state_machine_as_test(Escalation, settings=settings(max_examples=15, stateful_step_count=20))
