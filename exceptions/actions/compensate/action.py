"""Make the customer whole: an amount from the campus's rule, or another one with a reason, into their wallet."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

import payments.services as money
from accounts.models import Actor
from core.errors import Invalid
from core.money import yuan
from exceptions.actions.base import (
    ActionForm,
    Audience,
    BriefingRow,
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
from exceptions.actions.money import MoneyAction
from exceptions.models import Ruling, Ticket
from exceptions.rulings import selectors
from exceptions.rulings.giving import Given, given_for
from exceptions.rulings.services import record_payment

# What a support agent may give where no rule says anything.
LIMIT_WITHOUT_RULE = 2000


class Compensate(MoneyAction):
    label = texts.LABEL
    icon = texts.ICON
    shortcut = "c"
    place = Place.BAR
    resolving = Resolving.USUAL
    entries = texts.ENTRIES
    notifications = NOTIFICATIONS
    form_class: type[ActionForm] = CompensateForm

    def rule_rows(self, ticket: Ticket, params: dict) -> Iterable[BriefingRow]:
        rule = ticket.compensation_rule
        if rule is None:
            yield BriefingRow(_("By the rule"), _("there is no rule for this type"))
            return
        by_rule = self.by_rule(ticket, params)
        text = _("%(fen)s (rule v%(version)s, at most %(cap)s)")
        facts = {"fen": yuan(by_rule), "version": rule.version, "cap": yuan(rule.cap_fen)}
        yield BriefingRow(_("By the rule"), text % facts)

    def by_rule(self, ticket: Ticket, params: dict) -> int:
        """What the rule gives with these params, less what was given before."""
        return selectors.owed(ticket, params.get("grade", ""))

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
        warning = self.warning(ticket, params)
        if not warning and params["borne_by"] == BorneBy.COURIER and not _heard(ticket):
            warning = _("The courier has not been heard yet.")
        return Preview(lines, warning)

    def agent_limit(self, ticket: Ticket, params: dict, given: Given) -> int:
        """The rule's sum in any case; else up to the rule's cap (or ¥20) for all compensation of the order together."""
        rule = ticket.compensation_rule
        cap = rule.cap_fen if rule else LIMIT_WITHOUT_RULE
        free = max(min(cap - given.compensated_fen, given.left_fen), 0)
        return max(free, self.by_rule(ticket, params))

    def apply(self, ticket: Ticket, params: dict, *, actor: Actor, key: str) -> Outcome:
        self.require_permitted(ticket, params, actor)
        return self.pay(ticket, params, actor=actor, key=key)

    def pay(self, ticket: Ticket, params: dict, *, actor: Actor, key: str) -> Outcome:
        """Pay what was permitted, and write it down."""
        amount, by_rule = params["amount_fen"], self.by_rule(ticket, params)
        self._check(ticket, params, by_rule)
        transfer = money.compensate(
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
        parts = money.cost_allocation([transfer])
        ruling = record_payment(
            ticket=ticket,
            kind=Ruling.Kind.COMPENSATION,
            amount_fen=amount,
            allocation=parts,
            rule=ticket.compensation_rule,
            ruled_fen=by_rule if amount != by_rule else None,
            reason=params.get("text", ""),
            actor=actor,
            key=key,
        )
        by_courier = parts.get(BorneBy.COURIER, 0)
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
        """Who would pay what of it."""
        return money.quote_allocation(
            ref=ticket.order.no,
            campus=ticket.campus,
            amount=params["amount_fen"],
            borne_by=params["borne_by"],
            courier_user=ticket.courier.user if ticket.courier else None,
        )

    def _check(self, ticket: Ticket, params: dict, by_rule: int) -> None:
        amount, before = params["amount_fen"], given_for(ticket.order).compensated_fen
        if amount <= 0:
            raise Invalid
        if before + amount > LIMIT_OF_SUPERVISOR:
            most = {"most": yuan(LIMIT_OF_SUPERVISOR), "given": yuan(before)}
            raise Invalid(
                _("An order is compensated with %(most)s at most; %(given)s has been given.") % most
            )
        if amount != by_rule and not params.get("text"):
            raise Invalid(_("Say why it is another amount than the rule's."))
        if not may_charge(ticket, params["borne_by"]):
            raise Invalid(_("Being late, or what is nobody's fault, never costs wages."))


def _heard(ticket: Ticket) -> bool:
    return ticket.events.filter(kind="answered").exists()
