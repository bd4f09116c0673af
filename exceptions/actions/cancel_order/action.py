"""End the order before the pickup: the customer gets everything back and pays no fee."""

from django.utils.translation import gettext as _

from accounts.models import Actor
from exceptions.actions.base import Action, Line, Outcome, Place, Preview
from exceptions.actions.cancel_order import texts
from exceptions.actions.cancel_order.form import CancelForm
from exceptions.actions.cancel_order.notification import NOTIFICATIONS
from exceptions.models import Ticket
from exceptions.permissions import JUDGES
from orders import services as orders
from orders.models import Status


class CancelOrder(Action):
    label = texts.LABEL
    icon = texts.ICON
    shortcut = ""
    place = Place.MENU
    entries = texts.ENTRIES
    notifications = NOTIFICATIONS
    roles = JUDGES
    form_class = CancelForm

    def available(self, ticket: Ticket, actor: Actor) -> str:
        if ticket.order.status not in (Status.PLACED, Status.ACCEPTED):
            return _("The goods are already on the way, or the order is over.")
        if ticket.order.goods_bought:
            return _("The goods are bought. If they do not come any more, end the order as gone.")
        return "" if ticket.is_unresolved else _("The ticket is settled.")

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        back = self._back(ticket)
        return Preview(
            [
                Line(_("The customer gets everything back the way it was paid."), "customer", back),
                Line(_("It comes from the money that is held for the order."), "order", -back),
                Line(_("The courier loses the job; nobody is paid for it."), "courier"),
            ]
        )

    def apply(self, ticket: Ticket, params: dict, *, actor: Actor, key: str) -> Outcome:
        back = self._back(ticket)
        ticket.order = orders.cancel_order(
            order=ticket.order, actor=actor, role="operator", reason=params["text"], free=True
        )
        return Outcome({"refund_fen": back}, params["text"])

    def _back(self, ticket: Ticket) -> int:
        return orders.quote_cancellation(ticket.order).paid_fen
