"""Make the customer whole: an amount from the campus's rule, or another one with a reason, into their wallet."""

from django.utils.translation import gettext as _

import payments.services as money
from accounts.permissions import is_operator
from core import clock
from core.errors import Invalid, NotAllowed
from core.money import yuan
from exceptions.actions.base import (
    Action,
    ActionForm,
    Audience,
    Line,
    Outcome,
    Place,
    Preview,
    Resolving,
    name_of,
)
from exceptions.actions.compensate import texts
from exceptions.actions.compensate.form import LIMIT_OF_SUPERVISOR, BorneBy, CompensateForm, may_charge
from exceptions.actions.compensate.notification import NOTIFICATIONS
from exceptions.models import CompensationRule, Ruling, Ticket
from exceptions.permissions import JUDGES, Role
from exceptions.rulings import selectors

# What a support agent may give where no rule says anything.
LIMIT_WITHOUT_RULE = 2000


class Compensate(Action):
    label = texts.LABEL
    icon = texts.ICON
    shortcut = "c"
    place = Place.BAR
    resolving = Resolving.USUAL
    entries = texts.ENTRIES
    notifications = NOTIFICATIONS
    roles = JUDGES
    form_class: type[ActionForm] = CompensateForm

    def available(self, ticket: Ticket, actor) -> str:
        if not ticket.is_unresolved:
            return _("The ticket is settled.")
        return "" if ticket.order.placed_at else _("Nothing has been paid.")

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        parts = self._parts(ticket, params)
        lines = [Line(_("The customer gets it in their wallet at once."), "customer", params["amount_fen"])]
        if fen := parts.get(BorneBy.COURIER):
            text = _("Taken from the pay of %(name)s for this order.") % {"name": name_of(ticket.courier)}
            lines.append(Line(text, "courier", -fen))
        elif ticket.courier_id:
            lines.append(Line(_("The courier's pay stays as it is."), "courier"))
        if fen := parts.get(BorneBy.MERCHANT):
            text = _("Taken from what %(name)s gets for this sale.") % {
                "name": ticket.order.merchant and ticket.order.merchant.name
            }
            lines.append(Line(text, "merchant", -fen))
        if fen := parts.get(BorneBy.INSURANCE):
            lines.append(Line(_("The insurance bears it."), "insurance", -fen))
        if fen := parts.get(BorneBy.PLATFORM):
            lines.append(Line(_("The platform bears it."), "platform", -fen))
        return Preview(lines, self._warning(ticket, params))

    def apply(self, ticket: Ticket, params: dict, *, actor, key: str) -> Outcome:
        amount, rule = params["amount_fen"], selectors.live_rule(ticket)
        by_rule = selectors.owed(ticket, params.get("grade", ""))
        self._check(ticket, params, rule, by_rule, actor)
        parts = self._parts(ticket, params)
        by_courier = parts.get(BorneBy.COURIER, 0)
        money.compensate(
            key=key,
            ref=ticket.order.no,
            user=ticket.order.customer,
            campus=ticket.campus,
            amount=amount,
            borne_by=params["borne_by"],
            courier_user=ticket.courier.user if ticket.courier else None,
            actor=actor,
            note=ticket.no,
        )
        ruling = Ruling.objects.create(
            ticket=ticket,
            kind=Ruling.Kind.COMPENSATION,
            courier=ticket.courier if by_courier else None,
            amount_fen=amount,
            borne_by=params["borne_by"],
            rule=rule,
            ruled_fen=by_rule if amount != by_rule else None,
            reason=params.get("text", ""),
            by=actor,
            key=key,
            created_at=clock.now(),
        )
        data = {
            "fen": amount,
            "courier_fen": by_courier,
            "merchant_fen": parts.get(BorneBy.MERCHANT, 0),
            "ruled_fen": by_rule,
            "grade": params.get("grade", ""),
            "ruling": ruling.pk,
        }
        charged = (("charged", {"fen": by_courier}, Audience.COURIER),) if by_courier else ()
        return Outcome(data, params.get("text", ""), Audience.CUSTOMER, also=charged)

    def _parts(self, ticket: Ticket, params: dict) -> dict[str, int]:
        """Who pays what of it."""
        return money.borne(
            ref=ticket.order.no,
            campus=ticket.campus,
            amount=params["amount_fen"],
            borne_by=params["borne_by"],
            courier_user=ticket.courier.user if ticket.courier else None,
        )

    def _limit(self, rule: CompensationRule | None) -> int:
        return rule.cap_fen if rule else LIMIT_WITHOUT_RULE

    def _warning(self, ticket: Ticket, params: dict) -> str:
        limit = self._limit(selectors.live_rule(ticket))
        if params["amount_fen"] > limit:
            return _("Above %(limit)s only a supervisor may decide.") % {"limit": yuan(limit)}
        if params["borne_by"] == BorneBy.COURIER and not ticket.events.filter(kind="answered").exists():
            return _("The courier has not been heard yet.")
        return ""

    def _check(self, ticket: Ticket, params: dict, rule, by_rule: int, actor) -> None:
        amount = params["amount_fen"]
        if not 0 < amount <= LIMIT_OF_SUPERVISOR:
            raise Invalid
        if amount != by_rule and not params.get("text"):
            raise Invalid(_("Say why it is another amount than the rule's."))
        if not may_charge(ticket, params["borne_by"]):
            raise Invalid(_("Being late, or what is nobody's fault, never costs wages."))
        if amount > self._limit(rule) and actor and not is_operator(actor, ticket.campus_id, Role.SUPERVISOR):
            raise NotAllowed(
                _("Above %(limit)s only a supervisor may decide.") % {"limit": yuan(self._limit(rule))}
            )
