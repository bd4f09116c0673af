"""Hours of the week as a value, and counting in them.

A block begins on its day and belongs to it, also when it ends after midnight: "Fri 22:00–02:00" is a Friday's night, whatever
the Saturday is. Its end is outside, as everywhere; 23:59 as an end means "through that minute" and is kept as 24:00.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.functional import cached_property

DAY = 24 * 60  # minutes
# A row of the week for public holidays, behind Monday (1) to Sunday (7).
HOLIDAY = 8
# How far ahead an opening is looked for: the longest vacation is shorter.
AHEAD_DAYS = 370

# By which row of the week a day is served: 1 to 7, or HOLIDAY. A make-up workday is served by a weekday.
Calendar = Callable[[date], int]


def plain_calendar(day: date) -> int:
    """Every day by its own weekday."""
    return day.isoweekday()


@dataclass(frozen=True, order=True)
class Block:
    """Minutes after the midnight that its day begins with: 0 ≤ start < 1440, start < end < start + 1440, or the whole day."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{_clock_time(self.start)}–{_clock_time(self.end)}"


def _clock_time(minute: int) -> str:
    hour, rest = divmod(minute if minute <= DAY else minute - DAY, 60)
    return f"{hour:02}:{rest:02}"


@dataclass(frozen=True)
class WeeklyHours:
    """Blocks of each weekday, Monday first, and those of a holiday; None: a holiday is served as a Sunday is."""

    week: tuple[tuple[Block, ...], ...]
    holiday: tuple[Block, ...] | None = None

    @staticmethod
    def parse(text: str) -> "WeeklyHours":
        """Hours as people write them, in Chinese or English; ValidationError says what is not understood."""
        from core.hours.reading import read

        return read(text)

    @staticmethod
    def daily(start: int, end: int) -> "WeeklyHours":
        """One block a day, in minutes after midnight; an end that is not after the start is on the next day."""
        return WeeklyHours(((block(start, end),),) * 7)

    def __str__(self) -> str:
        """As it is stored; `parse` gives the same back."""
        return _stored(self)

    @property
    def label(self) -> str:
        """As people read it, in the active language, a line for the days of the same hours."""
        from core.hours.reading import write

        return write(self)

    @property
    def short(self) -> str:
        """`label` in one line: days are left out where they are all alike."""
        from core.hours.reading import write

        return write(self, short=True)

    @cached_property
    def is_always(self) -> bool:
        """Whether it never closes."""
        return all(
            day == (Block(0, DAY),)
            for day in (*self.week, self.week[6] if self.holiday is None else self.holiday)
        )

    @cached_property
    def minutes_a_week(self) -> int:
        """How long it is open in a week without holidays."""
        return sum(block.end - block.start for day in self.week for block in day)

    @property
    def is_never(self) -> bool:
        return not any(self.week) and not self.holiday

    def blocks(self, row: int) -> tuple[Block, ...]:
        """The blocks of a row of the week: 1 (Monday) to 7, or HOLIDAY."""
        if row == HOLIDAY:
            return self.week[6] if self.holiday is None else self.holiday
        return self.week[row - 1]

    def is_open(self, at: datetime, calendar: Calendar = plain_calendar) -> bool:
        """Whether `at` (aware) is within a block."""
        if self.is_always:
            return True
        start, end = next(self.stretches(at, calendar), (at, at))
        return start <= at < end

    def next_opening(self, at: datetime, calendar: Calendar = plain_calendar) -> datetime | None:
        """`at` itself while it is open, else when it opens; None if not within a year."""
        if self.is_always:
            return at
        start, _end = next(self.stretches(at, calendar), (None, None))
        return start and max(start, at)

    def closing(self, at: datetime, calendar: Calendar = plain_calendar) -> datetime | None:
        """When the block that `at` lies in ends, and whatever follows it without a gap; None while it is closed, or if it
        never closes."""
        if self.is_always:
            return None
        start, end = next(self.stretches(at, calendar), (at, at))
        return end if start <= at < end and end - at < timedelta(days=AHEAD_DAYS) else None

    def business_seconds(self, a: datetime, b: datetime, calendar: Calendar = plain_calendar) -> float:
        """Seconds of [a, b) in which it is open; 0 if `b` is not after `a`."""
        if b <= a:
            return 0.0
        if self.is_always:
            return (b - a).total_seconds()
        total = timedelta()
        for start, end in self.stretches(a, calendar):
            if start >= b:
                break
            total += min(end, b) - max(start, a)
        return total.total_seconds()

    def add(self, at: datetime, length: timedelta, calendar: Calendar = plain_calendar) -> datetime | None:
        """When `length` of open time after `at` is used up; None if not within a year of calendar time and more."""
        if self.is_always:
            return at + length
        for start, end in self.stretches(at, calendar):
            begin = max(start, at)
            if length <= end - begin:
                return begin + length
            length -= end - begin
        return None

    def of_day(self, day: date, calendar: Calendar = plain_calendar) -> list[tuple[datetime, datetime]]:
        """The blocks that begin on a day; the last may end on the next."""
        zone, midnight = timezone.get_current_timezone(), datetime(day.year, day.month, day.day)
        moments = (
            [(midnight + timedelta(minutes=minute)).replace(tzinfo=zone) for minute in (piece.start, piece.end)]
            for piece in self.blocks(calendar(day))
        )
        return [(start, end) for start, end in moments]

    def stretches(self, at: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
        """Open stretches that end after `at`, in order, those that touch or overlap as one."""
        today = at.astimezone(timezone.get_current_timezone()).date()
        current: tuple[datetime, datetime] | None = None
        for ahead in range(-1, AHEAD_DAYS):
            for start, end in self.of_day(today + timedelta(days=ahead), calendar):
                if current is None:
                    current = start, end
                elif start <= current[1]:
                    current = current[0], max(current[1], end)
                else:
                    if current[1] > at:
                        yield current
                    current = start, end
        if current is not None and current[1] > at:
            yield current


def block(start: int, end: int) -> Block:
    """A block from two times of day in minutes: 23:59 as an end is 24:00, an end before the start is on the next day."""
    if end % DAY == DAY - 1:
        end += 1
    if end <= start:
        end += DAY
    return Block(start, end)


@lru_cache(maxsize=1024)
def _stored(hours: WeeklyHours) -> str:
    """ "12345 08:00-12:00,18:00-02:00;67 00:00-24:00;8 off"."""
    groups: dict[tuple[Block, ...], str] = {}
    for row, blocks in enumerate(hours.week, 1):
        if blocks:
            groups[blocks] = groups.get(blocks, "") + str(row)
    parts = [f"{days} {_stored_blocks(blocks)}" for blocks, days in groups.items()]
    if hours.holiday is not None:
        parts.append(f"{HOLIDAY} {_stored_blocks(hours.holiday)}")
    return ";".join(parts)


def _stored_blocks(blocks: tuple[Block, ...]) -> str:
    return ",".join(str(piece).replace("–", "-") for piece in blocks) or "off"
