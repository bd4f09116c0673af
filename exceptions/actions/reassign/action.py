"""Look for another courier: at the head of the hall with a bonus, or one who is named."""

from django.utils.translation import gettext as _

from accounts.models import Actor
from core.errors import WrongState
from core.money import yuan
from couriers.models import Courier
from delivery.models import CARRIED
from dispatch import services as dispatch
from exceptions.actions.base import Action, Line, Outcome, Place, Preview, Resolving
from exceptions.actions.reassign import texts
from exceptions.actions.reassign.form import ReassignForm
from exceptions.actions.reassign.notification import NOTIFICATIONS
from exceptions.models import Ticket
from orders.models import Status


class Reassign(Action):
    label = texts.LABEL
    icon = texts.ICON
    shortcut = "r"
    place = Place.BAR
    resolving = Resolving.NEVER
    entries = texts.ENTRIES
    notifications = NOTIFICATIONS
    form_class = ReassignForm

    def available(self, ticket: Ticket, actor: Actor) -> str:
        if ticket.order.status not in (Status.PLACED, Status.ACCEPTED, Status.AT_RELAY):
            return _("The goods are already on the way, or the order is over.")
        return "" if ticket.is_unresolved else _("The ticket is settled.")

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        carrying = self._carrying(ticket)
        lines = []
        if carrying:
            lines.append(
                Line(
                    _("%(name)s loses the job and its pay.") % {"name": carrying.user.display_name},
                    "courier",
                )
            )
        if params.get("courier"):
            lines.append(
                Line(
                    _("%(name)s gets the job at once.") % {"name": params["courier"].user.display_name},
                    "courier",
                )
            )
        else:
            lines.append(Line(_("The job goes to the head of the hall.")))
        if bonus := params.get("bonus_fen"):
            text = _("Whoever delivers it gets %(bonus)s more, paid by the platform.") % {
                "bonus": yuan(bonus)
            }
            lines.append(Line(text, "platform", -bonus))
        lines.append(Line(_("The customer pays nothing more and is told."), "customer"))
        return Preview(lines)

    def apply(self, ticket: Ticket, params: dict, *, actor: Actor, key: str) -> Outcome:
        order, carrying = ticket.order, self._carrying(ticket)
        wanted = params.get("courier")
        if wanted and carrying and wanted.pk == carrying.pk:
            raise WrongState(_("This courier has the job already."))
        leg = dispatch.reassign(
            order=order, actor=actor, reason=params.get("text", ""), bonus_fen=params.get("bonus_fen") or 0
        )
        if wanted:
            if leg is None:
                raise WrongState
            dispatch.assign_leg(leg=leg, courier=wanted, actor=actor)
        order.refresh_from_db()
        data = {
            "bonus_fen": params.get("bonus_fen") or 0,
            "courier": wanted.user.display_name if wanted else "",
            "before": carrying.user.display_name if carrying else "",
        }
        return Outcome(data, params.get("text", ""))

    def _carrying(self, ticket: Ticket) -> Courier | None:
        leg = ticket.order.legs.filter(status__in=CARRIED).select_related("courier__user").first()
        return leg.courier if leg else None
