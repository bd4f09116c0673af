"""Running the actions, and undoing them."""

from django.utils.translation import gettext as _

from accounts.models import Actor
from core.errors import Invalid, NotAllowed, WrongState
from exceptions.actions.registry import ACTIONS
from exceptions.events import ActionUndone
from exceptions.models import Ticket, TicketEvent
from exceptions.tickets.lifecycle import (
    after_settlement,
    lock_ticket,
    require_operator,
    save_transition,
    take_up,
)


def find_previous_run(*, ticket: Ticket, key: str) -> TicketEvent | None:
    """What this press of a button did before, if it did. To be asked before a form is judged anew: what the first
    press has changed may make the second one's form invalid."""
    return ticket.events.filter(key=key).first() if key else None


def run_action(*, ticket: Ticket, action: str, params: dict, actor: Actor, key: str) -> TicketEvent:
    """Run an action with its form's cleaned data. Idempotent by `key`: the second run on the same ticket does nothing
    and returns the first one's entry. Returns the entry in the ticket's log.
    """
    chosen = ACTIONS[action]
    if not key:
        raise Invalid
    with lock_ticket(ticket.pk) as ticket:
        if actor is not None:
            require_operator(ticket, actor, *chosen.roles)
        if done := ticket.events.filter(key=key).first():
            return done
        if reason := chosen.available(ticket, actor):
            raise WrongState(reason)
        if actor is not None and chosen.answers(params):
            take_up(ticket, actor)
        outcome = chosen.apply(ticket, params, actor=actor, key=f"ticket:{ticket.no}:{key}")
        entry = save_transition(
            ticket,
            chosen.entry_kind,
            actor=actor,
            role="operator" if actor else "system",
            text=outcome.text,
            data=outcome.data,
            audience=outcome.audience,
            key=key,
            event=chosen.event,
        )
        for kind, data, audience in outcome.also:
            save_transition(ticket, kind, actor=actor, role="operator", data=data, audience=audience)
        if not ticket.is_unresolved:
            after_settlement(ticket)
    return entry


def undo_action(*, ticket: Ticket, entry: TicketEvent, actor: Actor, key: str) -> TicketEvent:
    """Undo what the log's `entry` tells of. Idempotent. Returns the entry that says so."""
    with lock_ticket(ticket.pk) as ticket:
        entry = ticket.events.get(pk=entry.pk)
        action = ACTIONS.get(entry.kind)
        if action is None or not action.undoable:
            raise NotAllowed(_("This cannot be taken back."))
        require_operator(ticket, actor, *action.roles)
        if done := ticket.events.filter(undoes=entry).first():
            return done
        if reason := action.cannot_undo(ticket, entry):
            raise WrongState(reason)
        action.undo(ticket, entry, actor=actor, key=f"ticket:{ticket.no}:undo:{entry.pk}")
        return save_transition(
            ticket,
            "undone",
            actor=actor,
            role="operator",
            data={"kind": entry.kind},
            audience=entry.audience,
            key=f"undo:{entry.pk}",
            undoes=entry,
            event=ActionUndone,
        )
