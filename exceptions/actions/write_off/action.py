"""End an order whose goods are gone for good: all that was paid comes back, and what the rule gives for the goods."""

from django.utils.translation import gettext as _

from accounts.models import Actor
from delivery import services as delivery
from exceptions.actions.base import Audience, Line, Outcome, Place, Preview, Resolving, name_of
from exceptions.actions.compensate.action import Compensate
from exceptions.actions.write_off import texts
from exceptions.actions.write_off.form import PAID, WriteOffForm
from exceptions.actions.write_off.notification import NOTIFICATIONS
from exceptions.models import ExceptionType, Ticket
from exceptions.rulings import selectors
from exceptions.rulings.giving import Given
from orders.models import Status

# Where goods can get lost; on a shelf they may be missing whatever the ticket is about.
_ABOUT_GOODS = (ExceptionType.Group.GOODS, ExceptionType.Group.COURIER)


class WriteOff(Compensate):
    label = texts.LABEL
    icon = texts.ICON
    shortcut = ""
    place = Place.BAR
    resolving = Resolving.OFFERED
    entries = texts.ENTRIES
    notifications = NOTIFICATIONS
    form_class = WriteOffForm

    def available(self, ticket: Ticket, actor: Actor) -> str:
        order = ticket.order
        if not ticket.is_unresolved:
            return _("The ticket is settled.")
        bought = order.status == Status.ACCEPTED and order.goods_bought  # it cannot be cancelled any more
        if bought or order.status == Status.AT_RELAY:
            return ""
        if order.status not in (Status.PICKED_UP, Status.RETURNING):
            return _("Nobody has the goods yet, or the order is over.")
        return "" if ticket.type.group in _ABOUT_GOODS else _("This ticket is not about the goods.")

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        order, paid = ticket.order, params.get("pay") == PAID
        quote, leg = delivery.quote_write_off(order=order, paid=paid), delivery.in_hand(order)
        lines = [
            Line(_("The customer gets everything back the way it was paid."), "customer", quote.refund_fen),
            Line(
                _("It comes from the money that is held for the order."),
                "order",
                -quote.held_fen - quote.paid_fen,
            ),
        ]
        if quote.added_fen:
            lines.append(
                Line(_("The platform adds what has been paid out of it."), "platform", -quote.added_fen)
            )
        if leg and paid:
            text = _("%(name)s is paid all the same.") % {"name": name_of(leg.courier)}
            lines.append(Line(text, "courier", quote.paid_fen + leg.bonus_fen))
            if leg.bonus_fen:
                lines.append(Line(_("The platform bears the bonus."), "platform", -leg.bonus_fen))
        elif leg:
            text = _("%(name)s gets nothing for it.") % {"name": name_of(leg.courier)}
            lines.append(Line(text, "courier"))
        compensation = self._compensation(ticket, params)
        if not compensation["amount_fen"]:
            lines.append(Line(_("For the goods themselves the rule gives nothing more."), "customer"))
            return Preview(lines)
        more = super().preview(ticket, compensation)
        return Preview(lines + more.lines, more.warning)

    def apply(self, ticket: Ticket, params: dict, *, actor: Actor, key: str) -> Outcome:
        compensation = self._compensation(ticket, params)
        self.require_permitted(ticket, compensation, actor)
        back = delivery.quote_write_off(order=ticket.order, paid=params.get("pay") == PAID).refund_fen
        ticket.order = delivery.write_off(
            order=ticket.order, actor=actor, reason=params["text"], paid=params.get("pay") == PAID
        )
        also: tuple[tuple[str, dict, str], ...] = ()
        if compensation["amount_fen"]:
            given = self.pay(ticket, compensation, actor=actor, key=key)
            also = (("compensate", given.data, Audience.CUSTOMER), *given.also)
        return Outcome({"refund_fen": back, "pay": params.get("pay", "")}, params["text"], also=also)

    def agent_limit(self, ticket: Ticket, params: dict, given: Given) -> int:
        """What is paid here is what the rule says."""
        return params["amount_fen"]

    def by_rule(self, ticket: Ticket, params: dict) -> int:
        return selectors.owed(ticket, written_off=True)

    def _compensation(self, ticket: Ticket, params: dict) -> dict:
        """What the rule gives for goods that are wholly lost, as `Compensate` takes it."""
        return {
            "amount_fen": self.by_rule(ticket, params),
            "grade": "",
            "borne_by": params["borne_by"],
            "text": params["text"],
            "given_fen": params.get("given_fen"),
        }
