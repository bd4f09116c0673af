"""What compensate and refund have in common: one account of what an order has had, one limit, one record of who bore it.

What a customer gets back for an order is counted over the whole order: all tickets, presses and people, refunds and
compensations alike. Together they come to at most what was paid for it and what the goods were declared to be worth
beyond that (`rulings.giving.Given.left_fen`). Two things go beyond: what a rule gives for the trouble itself (by minutes
late, or a fixed sum), exactly as the rule says; and what a supervisor decides, with a reason.

Whoever presses has to have seen what was given before: the form carries that sum (`given_fen`), and when it is another
one by then, because a colleague was faster, nothing is paid (`PreviewOutdated`) and the dialog shows what is so now. A
preview shows it too, and leaves that sum as it is: one that arrives with the press itself has been read by nobody.
"""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext as _

from accounts.models import Actor
from accounts.permissions import is_operator
from core import clock
from core.errors import NotAllowed, WrongState
from core.money import yuan
from exceptions.actions.base import Action, ActionForm, BriefingRow
from exceptions.models import Ruling, Ticket
from exceptions.permissions import JUDGES, Role
from exceptions.rulings.giving import Given, given_for


class PreviewOutdated(WrongState):
    """Something has been paid for the order since its preview was shown."""

    code = "preview_outdated"


class MoneyForm(ActionForm):
    """A form that pays: `given_fen` is what its reader knows to have been given for the order before."""

    given_fen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.given = given_for(self.ticket.order)
        self.initial["given_fen"] = self.given.fen

    def clean_given_fen(self) -> int:
        return self.cleaned_data["given_fen"] or 0


class MoneyAction(Action):
    """An action that gives the customer money. Subclasses say how much an operator may give by themselves."""

    roles = JUDGES

    def available(self, ticket: Ticket, actor: Actor) -> str:
        if not ticket.is_unresolved:
            return _("The ticket is settled.")
        return "" if ticket.order.placed_at else _("Nothing has been paid.")

    def briefing(self, ticket: Ticket, params: dict) -> list[BriefingRow]:
        given = given_for(ticket.order)
        rows = [*_lateness(ticket), *self.rule_rows(ticket, params)]
        rows.append(BriefingRow(_("Paid for the order"), yuan(given.paid_fen)))
        rows += [BriefingRow(_("Given before"), _ruling(one), loud=True) for one in given.rulings]
        if given.otherwise_fen:
            rows.append(BriefingRow(_("Came back without a ticket"), yuan(given.otherwise_fen)))
        if not given.fen:
            rows.append(BriefingRow(_("Given before"), _("nothing yet")))
        return rows

    def rule_rows(self, ticket: Ticket, params: dict) -> Iterable[BriefingRow]:
        """What a rule says about the sum; nothing where none applies."""
        return ()

    def agent_limit(self, ticket: Ticket, params: dict, given: Given) -> int:
        """How much one who is no supervisor may give with these params, besides what was given before. In fen."""
        raise NotImplementedError

    def warning(self, ticket: Ticket, params: dict) -> str:
        """That only a supervisor may decide this; empty where an operator may."""
        given = given_for(ticket.order)
        limit = self.agent_limit(ticket, params, given)
        if params["amount_fen"] <= limit:
            return ""
        if given.fen:
            text = _(
                "%(given)s has been given for this order already. Above %(limit)s more only a supervisor may decide."
            )
            return text % {"given": yuan(given.fen), "limit": yuan(limit)}
        return _("Above %(limit)s only a supervisor may decide.") % {"limit": yuan(limit)}

    def require_permitted(self, ticket: Ticket, params: dict, actor: Actor) -> None:
        """Under the lock of the order: that its reader knows of all that was given, and that `actor` may give it.

        Raises PreviewOutdated and NotAllowed. `actor` None is the platform, which gives what the rule says.
        """
        given = given_for(ticket.order)
        if (params.get("given_fen") or 0) != given.fen:
            raise PreviewOutdated(_outdated(given))
        if actor is None or is_operator(actor, ticket.campus_id, Role.SUPERVISOR):
            return
        if refusal := self.warning(ticket, params):
            raise NotAllowed(refusal)


def _lateness(ticket: Ticket) -> Iterable[BriefingRow]:
    order = ticket.order
    minutes = int(order.lateness().total_seconds() // 60)
    if not minutes or not order.placed_at:
        return
    text = _("%(minutes)s min late: promised by %(time)s")
    if order.has_new_promise:
        text = _("%(minutes)s min late: first promised by %(time)s, then by %(new)s")
    facts = {
        "minutes": minutes,
        "time": clock.day_time(order.first_promised_at),
        "new": clock.day_time(order.promised_at),
    }
    yield BriefingRow(_("Late"), text % facts, loud=True)


def _ruling(ruling: Ruling) -> str:
    """¥5 compensation · Wang 12:04 · attitude."""
    who = ruling.by.display_name if ruling.by else _("The platform")
    what = f"{yuan(ruling.amount_fen)} {ruling.get_kind_display()}"
    return f"{what} · {who} {clock.day_time(ruling.created_at)} · {ruling.ticket.type.name}"


def _outdated(given: Given) -> str:
    last = given.rulings[-1] if given.rulings else None
    if last is None or last.by is None:
        return _(
            "Something has been paid for this order meanwhile. Look at what was given, and confirm again."
        )
    text = _(
        "%(name)s has given %(fen)s for this order meanwhile. Look at what was given, and confirm again."
    )
    return text % {"name": last.by.display_name, "fen": yuan(last.amount_fen)}
