"""What every step of a playbook has, and the list of them.

A step shows what it would do before it does it: `preview` and `apply` take the same `params` (the cleaned data of the
step's form) and work out the same money. `apply` runs inside `services.run_step`, which holds the locks of order and
ticket, runs a key only once, and writes the log and the event.
"""

from dataclasses import dataclass, field

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy

from accounts.models import StaffRole
from exceptions.models import Ticket, TicketEvent

Role = StaffRole.Role
Audience = TicketEvent.Audience
HANDLERS = (Role.SUPPORT, Role.DISPATCHER, Role.SUPERVISOR)
# Who may move money or take points: dispatchers move orders only.
JUDGES = (Role.SUPPORT, Role.SUPERVISOR)


@dataclass(frozen=True)
class Line:
    """One consequence: a sentence, whom it concerns, and what that one gains (fen, negative pays; None: no money)."""

    text: str
    who: str = "order"  # customer | courier | platform | order
    fen: int | None = None


@dataclass(frozen=True)
class Preview:
    """What a step would do."""

    lines: list[Line]
    warning: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a step did: facts for the log, a person's words, and who reads the entry."""

    data: dict = field(default_factory=dict)
    text: str = ""
    audience: str = Audience.EVERYONE
    # Further entries for other readers: (kind, facts, audience).
    also: tuple[tuple[str, dict, str], ...] = ()


def _worded(validator):
    """Limits in the words of amounts (core.money.YuanField), not in Django's."""
    if type(validator) is MinValueValidator:
        return MinValueValidator(validator.limit_value, gettext_lazy("At least %(limit_value)s."))
    if type(validator) is MaxValueValidator:
        return MaxValueValidator(validator.limit_value, gettext_lazy("At most %(limit_value)s."))
    return validator


class StepForm(forms.Form):
    """A step's form: knows its ticket."""

    def __init__(self, data=None, *, ticket: Ticket, **kwargs) -> None:
        self.ticket = ticket
        super().__init__(data, **kwargs)
        for form_field in self.fields.values():
            form_field.validators = [_worded(validator) for validator in form_field.validators]


class Step:
    """One kind of step. Subclasses say what it needs, shows and does."""

    name: str
    label: str  # lazy
    icon: str  # of the sprite
    roles: tuple[str, ...] = HANDLERS
    undoable = False
    form_class: type[StepForm] = StepForm

    def form(self, ticket: Ticket, data=None) -> StepForm:
        """The step's form; bound when data is given. Its cleaned data are the params."""
        return self.form_class(data, ticket=ticket)

    def answers(self, params: dict) -> bool:
        """Whether taking it counts as having answered the people concerned."""
        return True

    def available(self, ticket: Ticket, actor) -> str:
        """Why it cannot be taken now; empty when it can. Reads nothing but what the ticket has loaded."""
        raise NotImplementedError

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        raise NotImplementedError

    def apply(self, ticket: Ticket, params: dict, *, actor, key: str) -> Outcome:
        raise NotImplementedError

    def cannot_undo(self, ticket: Ticket, entry: TicketEvent) -> str:
        """Why what this entry tells of cannot be taken back any more; empty when it can."""
        raise NotImplementedError

    def undo(self, ticket: Ticket, entry: TicketEvent, *, actor, key: str) -> None:
        raise NotImplementedError
