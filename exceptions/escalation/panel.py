"""What a ticket's page shows of its escalation: who was asked, who has taken it, who is asked next and when."""

from dataclasses import dataclass
from datetime import datetime

from core import clock
from exceptions.escalation import projection
from exceptions.escalation.plan import Target
from exceptions.escalation.projection import ACKNOWLEDGED, ESCALATED
from exceptions.escalation.reaching import why
from exceptions.tickets.log import entry_text
from exceptions.tickets.models import Ticket, TicketEvent


@dataclass(frozen=True)
class EscalationPanel:
    """`log`: what was done, in sentences, the latest first. `taken_by` has taken it, and holds it until `taken_until`. `next_at`: when
    `next_to` is asked; None after the last step, and while an incident holds it."""

    why: str
    log: list[tuple[datetime, str]]
    taken_by: str
    taken_until: datetime | None
    next_to: str
    next_at: datetime | None

    @classmethod
    def of(cls, ticket: Ticket) -> "EscalationPanel | None":
        """None where nothing is escalated. Two queries at most."""
        if not ticket.is_unresolved:
            return None
        escalation = projection.latest(ticket)
        if escalation is None or escalation.ended_at is not None:
            return None
        log = list(ticket.events.select_related("actor").order_by("pk"))
        found = projection.progress_of(escalation, log)
        own = [entry for entry in log if entry.pk > escalation.after_entry]
        shown = [entry for entry in own if entry.kind in (ESCALATED, ACKNOWLEDGED)]
        until = found.acknowledged_until
        is_taken = until is not None and until > clock.now()
        return cls(
            why=why(escalation),
            log=[(entry.at, entry_text(entry)) for entry in reversed(shown)],
            taken_by=_taken_by(own) if is_taken else "",
            taken_until=until if is_taken else None,
            next_to=str(Target(found.next.step.to).label) if found.next else "",
            next_at=found.next.at if found.next else None,
        )


def _taken_by(entries: list[TicketEvent]) -> str:
    """Who has acknowledged last, or has answered its people."""
    names = (
        entry.actor.display_name for entry in reversed(entries) if entry.role == "operator" and entry.actor
    )
    return next(names, "")
