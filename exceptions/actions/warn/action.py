"""Warn the courier. The first time in ninety days it is only that; later it takes credit points, never wages."""

from django.utils.translation import gettext as _

from accounts.models import Actor
from core import clock
from core.errors import Invalid, WrongState
from couriers import services as couriers
from couriers.models import Courier
from exceptions.actions.base import Action, Audience, Line, Outcome, Place, Preview, name_of
from exceptions.actions.warn import texts
from exceptions.actions.warn.form import MAX_POINTS, WarnForm
from exceptions.actions.warn.notification import NOTIFICATIONS
from exceptions.models import Ruling, Ticket, TicketEvent
from exceptions.permissions import JUDGES
from exceptions.rulings import selectors


class Warn(Action):
    label = texts.LABEL
    icon = texts.ICON
    shortcut = "w"
    place = Place.MENU
    entries = texts.ENTRIES
    notifications = NOTIFICATIONS
    roles = JUDGES
    form_class = WarnForm
    undoable = True

    def available(self, ticket: Ticket, actor: Actor) -> str:
        if ticket.courier_id is None:
            return _("No courier is concerned.")
        if ticket.type.no_fault:
            return _("This kind of exception is nobody's fault.")
        return "" if ticket.is_unresolved else _("The ticket is settled.")

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        courier, points = _courier(ticket), params["points"]
        name, before = name_of(courier), selectors.offences(courier).count()
        if points:
            credit = courier.credit
            text = _("%(name)s loses %(points)s credit points: %(before)s becomes %(after)s.") % {
                "name": name,
                "points": points,
                "before": credit,
                "after": max(credit - points, 0),
            }
        else:
            text = _("%(name)s is warned. Nothing else changes.") % {"name": name}
        lines = [Line(text, "courier"), Line(_("The courier's pay stays as it is."), "courier")]
        if before:
            lines.append(
                Line(_("Warnings and points in 90 days before this: %(n)s") % {"n": before}, "courier")
            )
        warning = (
            _("A first offence in 90 days is a warning without points.") if points and not before else ""
        )
        return Preview(lines, warning)

    def apply(self, ticket: Ticket, params: dict, *, actor: Actor, key: str) -> Outcome:
        courier, points = _courier(ticket), params["points"]
        if not 0 <= points <= MAX_POINTS:
            raise Invalid
        if ticket.rulings.filter(
            kind__in=[Ruling.Kind.WARNING, Ruling.Kind.POINTS], revoked_at=None
        ).exists():
            raise WrongState(_("The courier has been warned for this already."))
        if points and not selectors.offences(courier).exists():
            raise Invalid(_("A first offence in 90 days is a warning without points."))
        ruling = Ruling.objects.create(
            ticket=ticket,
            kind=Ruling.Kind.POINTS if points else Ruling.Kind.WARNING,
            courier=courier,
            points=points,
            reason=params["text"],
            by=actor,
            key=key,
            created_at=clock.now(),
        )
        taken = 0
        if points:
            credit = couriers.change_credit(courier=courier, points=-points).credit
            taken = courier.credit - credit  # less than the points where there were fewer left
            courier.credit = credit
        data = {"points": points, "taken": taken, "ruling": ruling.pk}
        return Outcome(data, params["text"], Audience.COURIER)

    def cannot_undo(self, ticket: Ticket, entry: TicketEvent) -> str:
        return ""

    def undo(self, ticket: Ticket, entry: TicketEvent, *, actor: Actor, key: str) -> None:
        ruling = Ruling.objects.select_for_update().get(pk=entry.data["ruling"], revoked_at=None)
        ruling.revoked_at = clock.now()
        ruling.save(update_fields=["revoked_at"])
        if (taken := entry.data["taken"]) and ruling.courier:
            couriers.change_credit(courier=ruling.courier, points=taken)


def _courier(ticket: Ticket) -> Courier:
    if ticket.courier is None:
        raise Invalid(_("No courier is concerned."))
    return ticket.courier
