"""Give back a part of what the customer paid, by the way it was paid. The courier's pay is never touched.

What has been compensated counts: without a supervisor refund and compensation together come to what was paid for the
order and declared beyond (`exceptions.actions.money`), in whichever order they are given.
"""

from django.utils.translation import gettext as _

import payments.services as money
from accounts.models import Actor
from core.money import yuan
from exceptions.actions.base import Audience, Line, Outcome, Place, Preview, Resolving
from exceptions.actions.money import MoneyAction
from exceptions.actions.refund import texts
from exceptions.actions.refund.form import RefundForm
from exceptions.actions.refund.notification import NOTIFICATIONS
from exceptions.models import Ruling, Ticket
from exceptions.rulings.giving import Given
from exceptions.rulings.services import record_payment
from orders.models import FINAL, Status
from payments.models import Account
from payments.models import Refund as RefundRow
from payments.selectors import still_paid


class Refund(MoneyAction):
    label = texts.LABEL
    icon = texts.ICON
    shortcut = "f"
    place = Place.MENU
    resolving = Resolving.USUAL
    entries = texts.ENTRIES
    notifications = NOTIFICATIONS
    form_class = RefundForm

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        amount = params["amount_fen"]
        lines = [
            Line(_("The customer gets it back the way it was paid."), "customer", amount),
        ]
        if self._source(ticket, amount) == "escrow":
            lines.append(Line(_("It comes from the money that is held for the order."), "order", -amount))
        else:
            lines.append(Line(_("The platform bears it."), "platform", -amount))
        lines.append(Line(_("The courier's pay stays as it is."), "courier"))
        most = still_paid(ticket.order.no)
        if amount > most:
            return Preview(lines, _("Only %(left)s can still be refunded.") % {"left": yuan(most)})
        return Preview(lines, self.warning(ticket, params))

    def agent_limit(self, ticket: Ticket, params: dict, given: Given) -> int:
        return given.left_fen

    def apply(self, ticket: Ticket, params: dict, *, actor: Actor, key: str) -> Outcome:
        self.require_permitted(ticket, params, actor)
        amount = params["amount_fen"]
        source = self._source(ticket, amount)
        refunds = money.refund(
            key=key,
            ref=ticket.order.no,
            amount=amount,
            reason=RefundRow.Reason.TICKET,
            actor=actor,
            source=source,
        )
        ruling = record_payment(
            ticket=ticket,
            kind=Ruling.Kind.REFUND,
            amount_fen=amount,
            allocation=money.cost_allocation(money.transfers_of(refunds)),
            reason=params["text"],
            actor=actor,
            key=key,
        )
        data = {"fen": amount, "source": source, "ruling": ruling.pk}
        return Outcome(data, params["text"], Audience.CUSTOMER)

    def _source(self, ticket: Ticket, amount: int) -> str:
        """While the order is alive its money is the courier's pay to come; later what is left of it goes first."""
        order = ticket.order
        if order.status in FINAL and order.status != Status.COMPLETED:
            held = money.balance(Account.Kind.ESCROW, ref=order.no)
            if held >= amount:
                return "escrow"
        return "platform"
