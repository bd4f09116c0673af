"""What a ticket's clocks go by, as it was when the ticket opened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from core.hours import WeeklyHours

# Days that are not as their weekday are frozen for so long; no clock of a ticket is meant to run longer.
DAYS_AHEAD = 60


@dataclass(frozen=True)
class Policy:
    """Lengths of the clocks in minutes, the hours on which they run, and the days of the calendar that are not as their
    weekday ({day: row of the week}, `core.hours`).

    `told`: "opening" where the opening itself tells the customer, "clock" where an entry of the log has to, "nobody" where
    the type is none of their business. `pause_minutes`: for so long in all, in one cycle, waiting for a party stops the clocks.
    `answer_by`, `settle_by`: deadlines that somebody else has set for the first cycle, at any hour and without a pause.
    """

    told_minutes: int
    worked_minutes: int
    respond_minutes: int
    resolve_minutes: int
    hours: WeeklyHours
    pause_minutes: int = 120
    told: str = "clock"
    days: Mapping[date, int] = field(default_factory=dict)
    rule: int | None = None  # the version of the service policy that it was made by
    answer_by: datetime | None = None
    settle_by: datetime | None = None

    def row(self, day: date) -> int:
        """`core.hours.Calendar`: by which row of the week a day is served."""
        return self.days.get(day) or day.isoweekday()

    @property
    def pause(self) -> timedelta:
        return timedelta(minutes=self.pause_minutes)

    def data(self) -> dict[str, Any]:
        """As JSON, to be frozen onto a ticket."""
        return {
            "minutes": [self.told_minutes, self.worked_minutes, self.respond_minutes, self.resolve_minutes],
            "hours": str(self.hours),
            "pause": self.pause_minutes,
            "told": self.told,
            "days": {day.isoformat(): row for day, row in self.days.items()},
            "rule": self.rule,
            "answer_by": self.answer_by.isoformat() if self.answer_by else None,
            "settle_by": self.settle_by.isoformat() if self.settle_by else None,
        }

    @staticmethod
    def of(data: Mapping[str, Any]) -> "Policy":
        """What `data` gave."""
        return Policy(
            *data["minutes"],
            hours=WeeklyHours.parse(data["hours"]),
            pause_minutes=data["pause"],
            told=data["told"],
            days={date.fromisoformat(day): row for day, row in data["days"].items()},
            rule=data["rule"],
            answer_by=_moment(data.get("answer_by")),
            settle_by=_moment(data.get("settle_by")),
        )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
