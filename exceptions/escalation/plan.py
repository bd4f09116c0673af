"""What an escalation goes by, as it was when it started."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.hours import WeeklyHours


class Target(TextChoices):
    """Whom a step reaches, in the order of the steps. A page is an SMS and an automated call to the supervisor."""

    ASSIGNEE = "assignee", _("who handles it")
    GROUP = "group", _("the group on duty")
    SUPERVISOR = "supervisor", _("the supervisor on duty")
    PAGE = "page", _("page: SMS and call")


@dataclass(frozen=True)
class Step:
    """`wait`: minutes after the step before, of the first one after the start."""

    to: Target
    wait: int


@dataclass(frozen=True)
class Plan:
    """The steps, gone through once and `repeats` times more, `repeat_minutes` after the last of them. An acknowledgement holds
    for `ack_minutes`.

    Waits are counted in `hours`, by the calendar's `days` that are not as their weekday (`core.hours`). `group` is the role
    whose people are the group. `is_grave`: a matter of safety, which no quiet hours hold back.
    """

    steps: tuple[Step, ...]
    repeats: int
    repeat_minutes: int
    ack_minutes: int
    group: str
    is_grave: bool
    hours: WeeklyHours
    days: Mapping[date, int] = field(default_factory=dict)

    def row(self, day: date) -> int:
        """`core.hours.Calendar`: by which row of the week a day is served."""
        return self.days.get(day) or day.isoweekday()

    def after(self, moment: datetime, minutes: int) -> datetime | None:
        """So many minutes of open time later; None if that is not within a year."""
        return self.hours.add(moment, timedelta(minutes=minutes), self.row)

    def step(self, number: int) -> Step:
        """The step of this number, counted through all rounds from 0."""
        return self.steps[number % len(self.steps)]

    def data(self) -> dict[str, Any]:
        """As JSON, to be frozen onto an escalation."""
        return {
            "steps": [[str(step.to), step.wait] for step in self.steps],
            "repeats": [self.repeats, self.repeat_minutes],
            "ack": self.ack_minutes,
            "group": self.group,
            "grave": self.is_grave,
            "hours": str(self.hours),
            "days": {day.isoformat(): row for day, row in self.days.items()},
        }

    @staticmethod
    def of(data: Mapping[str, Any]) -> "Plan":
        """What `data` gave."""
        repeats, repeat_minutes = data["repeats"]
        return Plan(
            steps=tuple(Step(Target(to), wait) for to, wait in data["steps"]),
            repeats=repeats,
            repeat_minutes=repeat_minutes,
            ack_minutes=data["ack"],
            group=data["group"],
            is_grave=data["grave"],
            hours=WeeklyHours.parse(data["hours"]),
            days={date.fromisoformat(day): row for day, row in data["days"].items()},
        )
