"""What was missing from a relay's shelf has turned up: it goes on from there."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import WrongState
from dispatch import selectors as dispatch_selectors
from dispatch import services as dispatch
from exceptions.actions.base import Line, Outcome, Preview, Step
from exceptions.models import Ticket
from orders.models import Status


class Found(Step):
    name = "found"
    label = gettext_lazy("It is found: carry on")
    icon = "package-check"

    def available(self, ticket: Ticket, actor) -> str:
        if ticket.type_id != "lost_in_relay" or ticket.order.status != Status.AT_RELAY:
            return _("Nothing is missing from a shelf.")
        return "" if ticket.is_unresolved else _("The ticket is settled.")

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        return Preview(
            [
                Line(_("It gets a slot on the shelf again, and the way to the door is open to couriers.")),
                Line(_("The ticket settles itself."), "customer"),
            ]
        )

    def apply(self, ticket: Ticket, params: dict, *, actor, key: str) -> Outcome:
        item = dispatch_selectors.item_of(ticket.order_id)
        if item is None:
            raise WrongState
        dispatch.report_found(item=item, actor=actor)
        return Outcome({"slot": item.slot})
