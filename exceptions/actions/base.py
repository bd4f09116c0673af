"""What every action has.

An action shows what it would do before it does it: `preview` and `apply` take the same `params` (the cleaned data of its
form) and work out the same money. `apply` runs inside `run_action`, which holds the locks of order and ticket, runs a key
only once, and writes the log and the event.

Its folder has action.py (the class below), form.py where it asks for something, texts.py (its label, and what the entries
of its log say) and notification.py (what the parties are told).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy

from accounts.models import Actor
from accounts.permissions import HANDLERS
from core.types import Text
from couriers.models import Courier
from exceptions.events import ActionRun, TicketLogged
from exceptions.models import Ticket, TicketEvent
from exceptions.tickets.log import EntryKind
from exceptions.tickets.notifications import Notification

Audience = TicketEvent.Audience


class Place(StrEnum):
    """Where the console has an action's button."""

    BAR = "bar"  # on the bar as long as it can be done now, else in the menu
    MENU = "more"
    END = "end"  # at the bar's end
    NONE = ""  # no button: it has a line of its own


class Resolving(StrEnum):
    """Whether the ticket may be resolved in the same breath."""

    OFFERED = "offered"
    USUAL = "usual"  # offered, and ticked already
    NEVER = "never"  # there is more to come


@dataclass(frozen=True)
class Line:
    """One consequence: a sentence, whom it concerns, and what that one gains (fen, negative pays; None: no money)."""

    text: str
    who: str = "order"  # customer | courier | platform | order
    fen: int | None = None


@dataclass(frozen=True)
class Preview:
    """What an action would do."""

    lines: list[Line]
    warning: str = ""


@dataclass(frozen=True)
class BriefingRow:
    """A fact that the operator should know before pressing: shown above the preview, whatever the form says."""

    label: str
    text: str
    loud: bool = False


@dataclass(frozen=True)
class Outcome:
    """What an action did: facts for the log, a person's words, and who reads the entry."""

    data: dict = field(default_factory=dict)
    text: str = ""
    audience: str = Audience.EVERYONE
    # Further entries for other readers: (kind, facts, audience).
    also: tuple[tuple[str, dict, str], ...] = ()


def name_of(courier: Courier | None) -> str:
    """How operators know a courier."""
    return courier.user.display_name if courier else ""


def _worded(validator):
    """Limits in the words of amounts (core.money.YuanField), not in Django's."""
    if type(validator) is MinValueValidator:
        return MinValueValidator(validator.limit_value, gettext_lazy("At least %(limit_value)s."))
    if type(validator) is MaxValueValidator:
        return MaxValueValidator(validator.limit_value, gettext_lazy("At most %(limit_value)s."))
    return validator


class ActionForm(forms.Form):
    """An action's form: knows its ticket."""

    def __init__(self, data=None, files=None, *, ticket: Ticket, **kwargs) -> None:
        self.ticket = ticket
        super().__init__(data, files, **kwargs)
        for form_field in self.fields.values():
            form_field.validators = [_worded(validator) for validator in form_field.validators]

    def offer(self, name: str, choices: Iterable[tuple[str, Text]]) -> None:
        """What may be chosen in the field of this name."""
        cast(forms.ChoiceField, self.fields[name]).choices = list(choices)


class Action:
    """One kind of action. Subclasses say what it needs, shows and does.

    `icon` is a Material symbol and `shortcut` a key, both of the console's button. `entry_kind` is the kind of its entry in
    the log (its name, if not given); `entries` are all kinds that it writes, `notifications` what is told of them.
    """

    label: Text
    icon: str
    shortcut: str
    place: Place
    entries: dict[str, EntryKind]
    notifications: dict[str, Notification]
    resolving = Resolving.OFFERED
    roles: tuple[str, ...] = HANDLERS
    undoable = False
    form_class: type[ActionForm] = ActionForm
    entry_kind = ""
    event: type[TicketLogged] = ActionRun

    def __init__(self, name: str) -> None:
        self.name = name
        self.entry_kind = self.entry_kind or name

    def form(self, ticket: Ticket, data=None, files=None) -> ActionForm:
        """The action's form; bound when data is given. Its cleaned data are the params."""
        return self.form_class(data, files, ticket=ticket)

    def answers(self, params: dict) -> bool:
        """Whether running it counts as having answered the people concerned."""
        return True

    def available(self, ticket: Ticket, actor: Actor) -> str:
        """Why it cannot be run now; empty when it can. Reads nothing but what the ticket has loaded."""
        raise NotImplementedError

    def briefing(self, ticket: Ticket, params: dict) -> list[BriefingRow]:
        """What is so already. `params` are those of the form's fields that are filled in rightly."""
        return []

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        raise NotImplementedError

    def apply(self, ticket: Ticket, params: dict, *, actor: Actor, key: str) -> Outcome:
        raise NotImplementedError

    def cannot_undo(self, ticket: Ticket, entry: TicketEvent) -> str:
        """Why what this entry tells of cannot be undone any more; empty when it can."""
        raise NotImplementedError

    def undo(self, ticket: Ticket, entry: TicketEvent, *, actor: Actor, key: str) -> None:
        raise NotImplementedError
