"""Promise a later time, and tell the customer why."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import Actor
from core import clock
from delivery import services as delivery
from exceptions.actions.base import Action, Line, Outcome, Place, Preview
from exceptions.actions.extend_promise import texts
from exceptions.actions.extend_promise.form import ExtendForm
from exceptions.actions.extend_promise.notification import NOTIFICATIONS
from exceptions.models import DelayCause, Ticket, TicketEvent
from orders import services as orders


class ExtendPromise(Action):
    label = texts.LABEL
    icon = texts.ICON
    shortcut = "e"
    place = Place.BAR
    entries = texts.ENTRIES
    notifications = NOTIFICATIONS
    form_class = ExtendForm
    undoable = True

    def available(self, ticket: Ticket, actor: Actor) -> str:
        if not ticket.order.is_live:
            return _("The order is not under way any more.")
        return "" if ticket.is_unresolved else _("The ticket is settled.")

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        before, after = ticket.order.promised_at, self._after(ticket, params)
        lines = [
            Line(
                _("Promised by %(after)s instead of %(before)s.")
                % {"after": clock.day_time(after), "before": clock.day_time(before)}
            ),
            Line(_("Customer and courier are told the new time and the reason."), "customer"),
            Line(self._counting(ticket, params), "customer"),
        ]
        return Preview(lines)

    def _counting(self, ticket: Ticket, params: dict) -> str:
        first = {"time": clock.day_time(ticket.order.late_from), "minutes": params["minutes"]}
        if DelayCause(params["cause"]).is_excused:
            return _("Nobody's fault: lateness counts %(minutes)s min less.") % first
        return _("Being late and its compensation still count from %(time)s.") % first

    def apply(self, ticket: Ticket, params: dict, *, actor: Actor, key: str) -> Outcome:
        order = ticket.order
        before, stage_before, late_from = order.promised_at, order.stage_due_at, order.late_from
        # In words: the order's history knows nothing of causes, and would show the code.
        reason = params.get("text") or str(DelayCause(params["cause"]).label)
        ticket.order = order = orders.extend_promise(
            order=order,
            minutes=params["minutes"],
            actor=actor,
            reason=reason,
            excused=DelayCause(params["cause"]).is_excused,
        )
        data = {
            "minutes": params["minutes"],
            "promised_at": order.promised_at.isoformat(),
            "before": before.isoformat(),
            "late_from_before": late_from.isoformat(),
            "stage_before": stage_before and stage_before.isoformat(),
            "cause": params["cause"],
        }
        return Outcome(data, params.get("text", ""))

    def cannot_undo(self, ticket: Ticket, entry: TicketEvent) -> str:
        order = ticket.order
        if not order.is_live or order.promised_at.isoformat() != entry.data["promised_at"]:
            return _("Things have moved on since: it cannot be taken back.")
        return ""

    def undo(self, ticket: Ticket, entry: TicketEvent, *, actor: Actor, key: str) -> None:
        stage = entry.data["stage_before"]
        ticket.order = orders.restore_promise(
            order=ticket.order,
            promised_at=datetime.fromisoformat(entry.data["before"]),
            # Entries from before the first promise was kept moved nothing but the promise.
            late_from=datetime.fromisoformat(entry.data.get("late_from_before", entry.data["before"])),
            # An alarm that had gone off then stays as it is now: its ticket may have been settled since.
            stage_due_at=datetime.fromisoformat(stage) if stage else ticket.order.stage_due_at,
            actor=actor,
        )
        delivery.follow_order(order_pk=ticket.order_id)

    def _after(self, ticket: Ticket, params: dict) -> datetime:
        return max(ticket.order.promised_at, clock.now()) + timedelta(minutes=params["minutes"])
