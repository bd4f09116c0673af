"""The actions on a ticket's page: their buttons, and the one that is suggested."""

import secrets
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import is_operator
from delivery.models import Leg
from exceptions.actions import ACTIONS
from exceptions.actions.base import Action, Line, Place
from exceptions.console import permissions
from exceptions.console.courier_candidates import Candidate, candidates
from exceptions.console.forms import initial_values
from exceptions.models import Ticket


def new_key() -> str:
    """An idempotency key: names one press of a button."""
    return secrets.token_urlsafe(12)


@dataclass(frozen=True)
class Button:
    """One action on the ticket. `reason` says why it cannot be pressed now; `place` is a `Place`."""

    name: str
    label: str
    icon: str
    url: str
    key: str = ""
    reason: str = ""
    primary: bool = False
    place: str = Place.MENU


def buttons(ticket: Ticket, user) -> list[Button]:
    """The actions in their order, the suggested one in front; then what ends the ticket."""
    shown = []
    for name, action in ACTIONS.items():
        if action.place == Place.NONE or not is_operator(user, ticket.campus_id, *action.roles):
            continue
        reason = action.available(ticket, user)
        primary = name == ticket.type.suggested_action and not reason
        shown.append(
            Button(
                name,
                str(action.label),
                action.icon,
                _url(ticket, name),
                action.shortcut,
                reason,
                primary,
                _place(action, reason, primary),
            )
        )
    return sorted(shown, key=lambda button: (not button.primary, bool(button.reason)))


def _place(action: Action, reason: str, primary: bool) -> Place:
    """What cannot be done now stands in the menu, the suggested one on the bar."""
    if action.place == Place.END:
        return Place.END
    return Place.BAR if not reason and (primary or action.place == Place.BAR) else Place.MENU


def _url(ticket: Ticket, name: str) -> str:
    return reverse("exceptions:console_action", args=[ticket.no, name])


@dataclass(frozen=True)
class Suggestion:
    """The one fix that is offered: accepted with one press, its consequences written beside the button."""

    action: str
    title: str
    reasons: list[str]
    lines: list[Line]
    fields: list[tuple[str, str]]
    key: str
    others: list[Candidate] = field(default_factory=list)
    dialog: str = ""  # when more must be said than one press can


def suggestion(ticket: Ticket, leg: Leg | None, user) -> Suggestion | None:
    """The type's suggested action with the values that its form starts with; None when it does not fit any more."""
    if not ticket.is_unresolved or not permissions.may_act(user, ticket):
        return None
    name = ticket.type.suggested_action
    action = ACTIONS.get(name)
    if (
        action is None
        or action.available(ticket, user)
        or not is_operator(user, ticket.campus_id, *action.roles)
        or _has_run(ticket, action)
    ):
        return None
    form = action.form(ticket)
    couriers = candidates(ticket, leg) if "courier" in form.fields else []
    values = initial_values(form)
    if couriers:
        values["courier"] = str(couriers[0].courier.pk)
    form = action.form(ticket, values)
    # How bad the damage is, no rule can know: there somebody has to look.
    is_clear = "grade" not in form.fields and form.is_valid()
    return Suggestion(
        action=name,
        title=_title(action, couriers),
        reasons=couriers[0].reasons if couriers else [],
        lines=action.preview(ticket, form.cleaned_data).lines if is_clear else [],
        fields=list(values.items()),
        key=new_key(),
        others=couriers[1:],
        dialog="" if is_clear else _url(ticket, name),
    )


def _has_run(ticket: Ticket, action: Action) -> bool:
    """Whether it was tried on this ticket, since it was last opened, and stands. What did not help is not suggested
    again: the next thing needs a person's thought."""
    reopened = ticket.events.filter(kind="reopened").order_by("-pk").values_list("pk", flat=True).first()
    return ticket.events.filter(kind=action.entry_kind, undone_by=None, pk__gt=reopened or 0).exists()


def _title(action: Action, couriers: list[Candidate]) -> str:
    if couriers:
        best = couriers[0]
        return _("Give it to %(name)s: at the door in about %(minutes)s min") % {
            "name": best.courier.user.display_name,
            "minutes": best.minutes,
        }
    return _("Suggested: %(step)s") % {"step": action.label}
