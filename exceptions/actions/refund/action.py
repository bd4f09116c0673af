"""Give back a part of what the customer paid, by the way it was paid. The courier's pay is never touched."""

from django.utils.translation import gettext as _

import payments.services as money
from core import clock
from core.money import yuan
from exceptions.actions.base import Action, Audience, Line, Outcome, Place, Preview, Resolving
from exceptions.actions.refund import texts
from exceptions.actions.refund.form import RefundForm
from exceptions.actions.refund.notification import NOTIFICATIONS
from exceptions.models import Ruling, Ticket
from exceptions.permissions import JUDGES
from orders.models import FINAL, Status
from payments.models import Account
from payments.selectors import still_paid


class Refund(Action):
    label = texts.LABEL
    icon = texts.ICON
    shortcut = "f"
    place = Place.MENU
    resolving = Resolving.USUAL
    entries = texts.ENTRIES
    notifications = NOTIFICATIONS
    roles = JUDGES
    form_class = RefundForm

    def available(self, ticket: Ticket, actor) -> str:
        if not ticket.is_unresolved:
            return _("The ticket is settled.")
        return "" if ticket.order.placed_at else _("Nothing has been paid.")

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
        warning = _("Only %(left)s can still be refunded.") % {"left": yuan(most)} if amount > most else ""
        return Preview(lines, warning)

    def apply(self, ticket: Ticket, params: dict, *, actor, key: str) -> Outcome:
        amount = params["amount_fen"]
        source = self._source(ticket, amount)
        money.refund(key=key, ref=ticket.order.no, amount=amount, reason="ticket", actor=actor, source=source)
        ruling = Ruling.objects.create(
            ticket=ticket,
            kind=Ruling.Kind.REFUND,
            amount_fen=amount,
            borne_by="platform",
            reason=params["text"],
            by=actor,
            key=key,
            created_at=clock.now(),
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
