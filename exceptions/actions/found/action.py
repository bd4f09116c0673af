"""What was missing from a relay's shelf has turned up: it goes on from there."""

from django.utils.translation import gettext as _

from accounts.models import Actor
from core.errors import WrongState
from delivery import selectors as delivery_selectors
from delivery import services as delivery
from exceptions.actions.base import Action, Line, Outcome, Place, Preview
from exceptions.actions.found import texts
from exceptions.actions.found.notification import NOTIFICATIONS
from exceptions.models import ExceptionType, Ticket
from orders.models import Status

Event = ExceptionType.Event


class Found(Action):
    label = texts.LABEL
    icon = texts.ICON
    shortcut = ""
    place = Place.BAR
    entries = texts.ENTRIES
    notifications = NOTIFICATIONS

    def available(self, ticket: Ticket, actor: Actor) -> str:
        if Event.FOUND not in ticket.type.obsolete_on or ticket.order.status != Status.AT_RELAY:
            return _("Nothing is missing from a shelf.")
        return "" if ticket.is_unresolved else _("The ticket is settled.")

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        return Preview(
            [
                Line(_("It gets a slot on the shelf again, and the way to the door is open to couriers.")),
                Line(_("The ticket settles itself."), "customer"),
            ]
        )

    def apply(self, ticket: Ticket, params: dict, *, actor: Actor, key: str) -> Outcome:
        item = delivery_selectors.item_of(ticket.order_id)
        if item is None:
            raise WrongState
        delivery.report_found(item=item, actor=actor)
        return Outcome({"slot": item.slot})
