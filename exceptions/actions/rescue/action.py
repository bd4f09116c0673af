"""Let another courier fetch goods that are in the hands of one who cannot go on."""

from datetime import datetime, timedelta
from math import ceil

from django.utils.translation import gettext as _

from accounts.models import Actor
from campus.selectors import nearest_place
from core import clock
from core.errors import Invalid, WrongState
from core.money import yuan
from delivery import services as delivery
from delivery.models import Rescue as RescueRow
from delivery.services.rescue_pay import quote_rescue
from dispatch import services as dispatch
from exceptions.actions.base import Action, BriefingRow, Line, Outcome, Place, Preview, Resolving, name_of
from exceptions.actions.rescue import texts
from exceptions.actions.rescue.form import RescueForm, giver_of, last_seen
from exceptions.actions.rescue.notification import NOTIFICATIONS
from exceptions.console.courier_candidates import rescuers
from exceptions.models import Ticket, TicketEvent
from orders import services as orders
from orders.models import Status

# A new time is promised in steps that people say.
STEP_MINUTES = 5


class Rescue(Action):
    label = texts.LABEL
    icon = texts.ICON
    shortcut = "h"
    place = Place.BAR
    resolving = Resolving.NEVER
    entries = texts.ENTRIES
    notifications = NOTIFICATIONS
    form_class = RescueForm
    undoable = True

    def available(self, ticket: Ticket, actor: Actor) -> str:
        if ticket.order.status not in (Status.PICKED_UP, Status.RETURNING):
            return _("Only goods that a courier has in hand can go to another one.")
        return "" if ticket.is_unresolved else _("The ticket is settled.")

    def briefing(self, ticket: Ticket, params: dict) -> list[BriefingRow]:
        giver = giver_of(ticket.order)
        if giver is None:
            return []
        if problem := delivery.rescue_problem(giver):
            return [BriefingRow(_("Now"), problem, loud=True)]
        name, seen = name_of(giver.courier), last_seen(giver)
        near = nearest_place(giver.campus, *seen.where) if seen else None
        if seen is None or near is None:
            return [BriefingRow(name, _("has sent no position"), loud=True)]
        minutes = int((clock.now() - seen.at).total_seconds() // 60)
        text = _("near %(place)s, %(minutes)s min ago") % {"place": near.label, "minutes": minutes}
        return [BriefingRow(name, " · ".join(filter(None, [text, seen.exact])))]

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        giver, courier = self._giver(ticket), params["courier"]
        pay = quote_rescue(giver, params["where"], params["extra_fen"])
        promised_at, minutes = self._promise(ticket, giver, params)
        first, second = name_of(giver.courier), name_of(courier)
        lines = [
            Line(
                _(
                    "%(name)s fetches it from %(first)s near %(place)s: about %(minutes)s min to the end of the way."
                )
                % {"name": second, "first": first, "place": self._near(giver, params), "minutes": minutes}
            ),
            Line(self._to_customer(ticket, promised_at), "customer"),
            Line(
                _("%(name)s is paid for the part of the way that is gone (%(percent)s%%).")
                % {"name": first, "percent": pay.gone},
                "courier",
                pay.giver_fen,
            ),
            Line(
                _("%(name)s gets the rest, and %(extra)s on top.")
                % {"name": second, "extra": yuan(pay.extra_fen)},
                "courier",
                pay.taker_fen + pay.extra_fen,
            ),
        ]
        if pay.extra_fen:
            lines.append(Line(_("The platform adds what it costs more."), "platform", -pay.extra_fen))
        return Preview(lines)

    def _to_customer(self, ticket: Ticket, promised_at: datetime) -> str:
        before = ticket.order.promised_at
        facts = {"before": clock.day_time(before), "after": clock.day_time(promised_at)}
        if promised_at != before:
            return _("Told before anybody else, with the new time: %(after)s instead of %(before)s.") % facts
        return _("Told before anybody else: still by %(before)s.") % facts

    def apply(self, ticket: Ticket, params: dict, *, actor: Actor, key: str) -> Outcome:
        giver, courier, where = self._giver(ticket), params["courier"], params["where"]
        if where is None:
            raise Invalid
        promised_at, _minutes = self._promise(ticket, giver, params)
        more = promised_at - max(ticket.order.promised_at, clock.now())
        if promised_at != ticket.order.promised_at:
            ticket.order = orders.extend_promise(
                order=ticket.order,
                minutes=ceil(more / timedelta(minutes=1)),
                actor=actor,
                reason=params["reason"],
            )
        rescue = dispatch.rescue(
            giver=giver, courier=courier, way=params["way"], where=where, note=params["note"], photo=params["photo"],
            reason=params["reason"], extra_fen=params["extra_fen"], actor=actor,
        )  # fmt: skip
        ticket.order.refresh_from_db()
        data = {
            "leg": rescue.leg.no,
            "courier": name_of(courier),
            "before": name_of(giver.courier),
            "place": rescue.leg.pickup.label if rescue.leg.pickup else "",
            "way": rescue.way,
            "promised_at": ticket.order.promised_at.isoformat(),
            "giver_fen": rescue.giver_fen,
            "extra_fen": rescue.leg.bonus_fen - giver.bonus_fen,
        }
        return Outcome(data, params["reason"])

    def cannot_undo(self, ticket: Ticket, entry: TicketEvent) -> str:
        rescue = self._rescue(entry)
        if rescue.outcome == RescueRow.Outcome.COLLECTED:
            return _("The second courier has the goods already.")
        return "" if rescue.is_under_way else _("Nobody is on the way to fetch it any more.")

    def undo(self, ticket: Ticket, entry: TicketEvent, *, actor: Actor, key: str) -> None:
        """The first courier goes on. The time that was promised meanwhile stays: the customer has read it."""
        delivery.call_off_rescue(leg=self._rescue(entry).leg, actor=actor)
        ticket.order.refresh_from_db()

    def _rescue(self, entry: TicketEvent) -> RescueRow:
        return RescueRow.objects.select_related("leg").get(leg__no=entry.data["leg"])

    def _giver(self, ticket: Ticket):
        giver = giver_of(ticket.order)
        if giver is None:
            raise WrongState(_("No courier has the goods in hand."))
        return giver

    def _promise(self, ticket: Ticket, giver, params: dict) -> tuple[datetime, int]:
        """What is promised then, and the minutes until the goods are at the end of the way. What goes back is promised
        to nobody."""
        found = rescuers(ticket, giver, params["where"])
        minutes = next((one.minutes for one in found if one.courier.pk == params["courier"].pk), None)
        if minutes is None:
            raise WrongState(_("This courier may not take it on any more."))
        order = ticket.order
        expected = clock.now() + timedelta(minutes=minutes)
        if order.status == Status.RETURNING or expected <= order.promised_at:
            return order.promised_at, minutes
        late = expected - max(order.promised_at, clock.now())
        steps = ceil(late / timedelta(minutes=STEP_MINUTES))
        return max(order.promised_at, clock.now()) + timedelta(minutes=STEP_MINUTES * steps), minutes

    def _near(self, giver, params: dict) -> str:
        near = nearest_place(giver.campus, *params["where"])
        return near.label if near else ""
