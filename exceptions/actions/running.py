"""Taking the steps of playbooks, and taking them back."""

from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed, WrongState
from exceptions.actions import STEPS
from exceptions.models import Ticket, TicketEvent
from exceptions.tickets.lifecycle import advance, changing, require_operator, settled, take_up


def taken(*, ticket: Ticket, key: str) -> TicketEvent | None:
    """What this press of a button did before, if it did. To be asked before a form is judged anew: what the first
    press has changed may make the second one's form invalid."""
    return ticket.events.filter(key=key).first() if key else None


def run_step(*, ticket: Ticket, step: str, params: dict, actor, key: str) -> TicketEvent:
    """Take a step with its form's cleaned data. The same `key` on the same ticket is the same press of the button:
    it gives the first entry back and does nothing. Returns the entry in the ticket's log.
    """
    playbook_step = STEPS[step]
    if not key:
        raise Invalid
    with changing(ticket.pk) as ticket:
        if actor is not None:
            require_operator(ticket, actor, *playbook_step.roles)
        if done := ticket.events.filter(key=key).first():
            return done
        if reason := playbook_step.available(ticket, actor):
            raise WrongState(reason)
        if actor is not None and playbook_step.answers(params):
            take_up(ticket, actor)
        outcome = playbook_step.apply(ticket, params, actor=actor, key=f"ticket:{ticket.no}:{key}")
        entry = advance(
            ticket,
            "resolved" if step == "resolve" else step,
            actor=actor,
            role="operator" if actor else "system",
            text=outcome.text,
            data=outcome.data,
            audience=outcome.audience,
            key=key,
            event="exceptions.ticket_resolved" if step == "resolve" else "exceptions.step_taken",
        )
        for kind, data, audience in outcome.also:
            advance(ticket, kind, actor=actor, role="operator", data=data, audience=audience)
        if not ticket.is_unresolved:
            settled(ticket)
    return entry


def undo_step(*, ticket: Ticket, event: TicketEvent, actor, key: str) -> TicketEvent:
    """Take back what the entry `event` tells of. Twice is once. Returns the entry that says so."""
    with changing(ticket.pk) as ticket:
        event = ticket.events.get(pk=event.pk)
        step = STEPS.get(event.kind)
        if step is None or not step.undoable:
            raise NotAllowed(_("This cannot be taken back."))
        require_operator(ticket, actor, *step.roles)
        if done := ticket.events.filter(undoes=event).first():
            return done
        if reason := step.cannot_undo(ticket, event):
            raise WrongState(reason)
        step.undo(ticket, event, actor=actor, key=f"ticket:{ticket.no}:undo:{event.pk}")
        return advance(
            ticket,
            "undone",
            actor=actor,
            role="operator",
            data={"kind": event.kind},
            audience=event.audience,
            key=f"undo:{event.pk}",
            undoes=event,
            event="exceptions.step_undone",
        )
