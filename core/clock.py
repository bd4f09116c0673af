"""The one clock. Everything asks `now()`, so that tests, the replay and the virtual day can turn it."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day

from django.utils import timezone
from django.utils.translation import gettext as _


def _first_source() -> Callable[[], datetime]:
    """The real clock, or a fast one that all processes of a chaos run share.

    FAST_CLOCK="real,virtual,speed" (Unix seconds): at real time `real` it is `virtual`, and it runs `speed` times
    as fast. Only `script/chaos` and rehearsals set it.
    """
    setting = os.environ.get("FAST_CLOCK")
    if not setting:
        return timezone.now
    real, virtual, speed = (float(part) for part in setting.split(","))
    return lambda: datetime.fromtimestamp(virtual + (time.time() - real) * speed, UTC)


_source: Callable[[], datetime] = _first_source()


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _source()


def local_day(moment: datetime) -> date:
    """The day that `moment` (aware) falls on here."""
    return timezone.localdate(moment)


def today() -> date:
    """The present day here."""
    return local_day(now())


def midnight(day: date) -> datetime:
    """The moment at which that day begins here."""
    return timezone.make_aware(datetime.combine(day, time_of_day.min))


def hour_minute(moment: datetime | str) -> str:
    """The local time of day as people write it: "14:05". A moment from JSON may be given as it is (ISO 8601)."""
    return f"{_local(moment):%H:%M}"


def day_time(moment: datetime | str) -> str:
    """The local time of day, with the day when it is not today: "14:05", "yesterday 14:05", "11-24 14:05"."""
    day, here = today(), _local(moment)
    days_ago = (day - here.date()).days
    if days_ago == 0:
        return f"{here:%H:%M}"
    if days_ago == 1:
        return _("yesterday %(time)s") % {"time": f"{here:%H:%M}"}
    return f"{here:%m-%d %H:%M}" if here.year == day.year else f"{here:%Y-%m-%d %H:%M}"


def _local(moment: datetime | str) -> datetime:
    return timezone.localtime(datetime.fromisoformat(moment) if isinstance(moment, str) else moment)


class SimulatedClock:
    """A clock that stands still until it is moved. Process-wide while installed by `simulated`."""

    def __init__(self, start: datetime) -> None:
        self.time = start

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **delta: float) -> datetime:
        """Move on by `timedelta(**delta)`."""
        return self.move_to(self.time + timedelta(**delta))

    def move_to(self, moment: datetime) -> datetime:
        """Set the time; it may go back, as real clocks sometimes do."""
        self.time = moment
        return moment


@contextmanager
def simulated(start: datetime) -> Iterator[SimulatedClock]:
    """Use a clock that starts at `start` (aware) until the block ends."""
    global _source
    before, clock = _source, SimulatedClock(start)
    _source = clock
    try:
        yield clock
    finally:
        _source = before
