"""The ring on a ticket's page: how much is left of the clock that runs out next."""

from dataclasses import dataclass
from datetime import datetime

from exceptions.clocks.projection import policy_of
from exceptions.models import Ticket, TicketStatus

# What a party is usually given to answer: the ring's full circle.
ASK_MINUTES = 5


@dataclass(frozen=True)
class DueClock:
    """The ring: what is left of the clock that runs out next, out of how much. Seconds."""

    label: str
    due: datetime
    total: int

    @classmethod
    def of(cls, ticket: Ticket) -> "DueClock | None":
        due = ticket.next_due
        if due is None:
            return None
        policy = policy_of(ticket)
        if ticket.status == TicketStatus.WAITING_PARTY:
            minutes = ASK_MINUTES
        else:
            minutes = policy.resolve_minutes if due == ticket.resolve_by else policy.respond_minutes
        return cls(ticket.next_clock, due, max(minutes, 1) * 60)
