"""Where due times stand that the scanner watches: in a column of the order, or in a row of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from django.db.models import QuerySet

from exceptions.detection.judging import Thresholds


@dataclass(frozen=True)
class Alarm:
    """A due time of the order (`field`). A state that is not in `types` has nothing to wait for: the alarm is just
    cleared."""

    name: str
    field: str
    types: dict[str, str]  # status of the order → code of the exception type


@dataclass(frozen=True)
class WatchQuery:
    """Rows of `Watch` that are due, judged together.

    `judge(watches, now, own)` annotates each with `type` (the code of the ticket to be opened, or ""), `next_due` (when it is
    looked at again; NULL: never) and `next_step` (a `Watch.Step`). It becomes a part of the scanner's statement: it may
    join and compare whatever the database has, and asks it nothing by itself. Its text is kept (`compiled`): a time in
    it is `now`, plus or less a constant.
    """

    name: str
    opens: tuple[str, ...]
    judge: Callable[[QuerySet, datetime, Thresholds], QuerySet]

    @property
    def types(self) -> dict[str, str]:
        """As an alarm's: what stands for a type is here its own code."""
        return {code: code for code in self.opens}


Source: TypeAlias = Alarm | WatchQuery
