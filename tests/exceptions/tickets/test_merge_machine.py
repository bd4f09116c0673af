"""Whatever happens to a ticket, merges that were undone never were: its twin, which nobody merged, is the same."""

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.errors import DomainError
from exceptions.clocks.projection import clocks_of
from exceptions.models import Ticket, TicketStatus
from exceptions.tickets import services
from tests.exceptions.actions.running import run

pytestmark = pytest.mark.django_db
SAME = (
    "status", "assignee_id", "asked_party", "answer_by", "respond_by", "resolve_by", "responded_at", "clock_due_at",
    "news", "missed", "resolved_at", "closed_at",
)  # fmt: skip


class Merges(RuleBasedStateMachine):
    """A ticket and its twin, about orders that are alike, opened at the same moment. All is done to both, but only the
    first is merged (into one of two others, which may be merged too) and split off. While it is merged nothing is done to
    either that only an open ticket allows."""

    place = lin = wang = simulated = None  # set by the test

    @initialize()
    def begin(self):
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.tickets = [
            services.report(
                order=self.place(), type="other", source="customer", actor=self.lin, description="?"
            )
            for _ in range(4)
        ]
        self.number = 0

    def teardown(self):
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    @property
    def ticket(self) -> Ticket:
        return Ticket.objects.get(pk=self.tickets[0].pk)

    @property
    def twin(self) -> Ticket:
        return Ticket.objects.get(pk=self.tickets[1].pk)

    @property
    def is_merged(self) -> bool:
        return self.ticket.status == TicketStatus.MERGED

    def both(self, act) -> None:
        """Do the same to both; both allow it, or neither."""
        done = []
        for ticket in (self.ticket, self.twin):
            try:
                with transaction.atomic():
                    act(ticket)
                done.append(True)
            except DomainError:
                done.append(False)
        assert done[0] == done[1]

    @rule(minutes=st.sampled_from([0, 1, 7, 40]))
    def wait(self, minutes):
        self.simulated.advance(minutes=minutes)

    @precondition(lambda self: not self.is_merged)
    @rule()
    def claim(self):
        self.both(lambda ticket: services.claim(ticket=ticket, actor=self.wang))

    @precondition(lambda self: not self.is_merged)
    @rule(minutes=st.sampled_from([3, 30]))
    def ask(self, minutes):
        self.number += 1
        key = f"ask{self.number}"

        def act(ticket):
            if ticket.status not in (TicketStatus.WAITING_PARTY,) and ticket.is_unresolved:
                run(ticket, "ask_party", self.wang, key=key, party="customer", minutes=minutes, text="Which?")

        self.both(act)

    @precondition(lambda self: not self.is_merged)
    @rule()
    def answer(self):
        self.both(lambda ticket: services.answer(ticket=ticket, actor=self.lin, text="That one"))

    @rule(audience=st.sampled_from(["operators", "customer"]))
    def note(self, audience):
        self.number += 1
        self.both(
            lambda ticket: services.note(
                ticket=ticket, actor=self.wang, text="Hm", audience=audience, key=f"note{self.number}"
            )
        )

    @precondition(lambda self: not self.is_merged)
    @rule()
    def resolve(self):
        self.both(lambda ticket: services.resolve(ticket=ticket, actor=self.wang, resolution="Done"))

    @precondition(lambda self: not self.is_merged)
    @rule()
    def reopen(self):
        self.both(lambda ticket: services.reopen(ticket=ticket, actor=self.lin, reason="No"))

    @rule(into=st.sampled_from([2, 3]))
    def merge(self, into):
        self.merged(0, into)

    @rule(pair=st.sampled_from([(2, 3), (3, 2)]))
    def merge_the_others(self, pair):
        self.merged(*pair)

    def merged(self, ticket: int, into: int) -> None:
        try:
            with transaction.atomic():
                services.merge(ticket=self.tickets[ticket], into=self.tickets[into], actor=self.wang)
        except DomainError:
            pass  # one of them is merged or settled

    @rule()
    def split(self):
        services.split(ticket=self.ticket, actor=self.wang)
        services.expire_questions()
        services.record_missed_clocks()
        assert self.state(self.ticket) == self.state(self.twin)

    @rule(which=st.sampled_from([2, 3]))
    def split_the_others(self, which):
        services.split(ticket=self.tickets[which], actor=self.wang)

    def state(self, ticket: Ticket) -> tuple:
        clocks = clocks_of(ticket)
        return (
            *(getattr(ticket, name) for name in SAME),
            ticket.merged_into_id,
            [(clock.name, clock.cycle, clock.due, clock.stopped, clock.done) for clock in clocks.clocks],
            clocks.paused,
            [clock.name for clock in clocks.missed],
        )


def test_merges_that_were_undone_never_were(place, student_lin, operator_wang, simulated_clock):
    def machine() -> Merges:
        made = Merges()
        made.place, made.lin, made.wang, made.simulated = place, student_lin, operator_wang, simulated_clock
        return made

    run_state_machine_as_test(machine, settings=settings(max_examples=15, stateful_step_count=25))
