"""Let the goods go back to where they were fetched: nobody takes them, or nobody can bring them."""

from django.utils.translation import gettext as _

from accounts.models import Actor
from accounts.permissions import HANDLERS
from core.errors import WrongState
from core.money import yuan
from delivery import services as delivery
from exceptions.actions.base import Action, Line, Outcome, Place, Preview
from exceptions.actions.return_goods import texts
from exceptions.actions.return_goods.form import ReturnForm
from exceptions.actions.return_goods.notification import NOTIFICATIONS
from exceptions.models import Ticket
from orders.models import Status


class ReturnGoods(Action):
    label = texts.LABEL
    icon = texts.ICON
    shortcut = ""
    place = Place.MENU
    entries = texts.ENTRIES
    notifications = NOTIFICATIONS
    roles = HANDLERS
    form_class = ReturnForm

    def available(self, ticket: Ticket, actor: Actor) -> str:
        if ticket.order.status != Status.PICKED_UP:
            return _("Only goods that a courier has in hand can go back.")
        return "" if ticket.is_unresolved else _("The ticket is settled.")

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        leg, order = self._leg(ticket), ticket.order
        lines = [
            Line(
                _("%(name)s takes it back to %(place)s and is paid as for a delivery.")
                % {"name": leg.courier.user.display_name, "place": leg.pickup.label},
                "courier",
            ),
            Line(
                _("The customer is told. The fee is not given back; refund it by a step of its own."),
                "customer",
            ),
        ]
        if order.tip_fen:
            lines.append(
                Line(
                    _("The tip of %(tip)s comes back.") % {"tip": yuan(order.tip_fen)},
                    "customer",
                    order.tip_fen,
                )
            )
        return Preview(lines)

    def apply(self, ticket: Ticket, params: dict, *, actor: Actor, key: str) -> Outcome:
        leg = self._leg(ticket)
        ticket.order = delivery.send_back(order=ticket.order, actor=actor, reason=params["text"])
        return Outcome({"place": leg.pickup.label, "courier": leg.courier.user.display_name}, params["text"])

    def _leg(self, ticket: Ticket):
        leg = delivery.on_the_way_back(ticket.order)
        if leg is None:
            raise WrongState(
                _("Nobody knows where it was fetched: there is no place that it could go back to.")
            )
        return leg
