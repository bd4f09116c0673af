"""Public holidays and make-up workdays of mainland China, out of libraries.

`chinesecalendar` has what the State Council has announced (1.11.0: 2004 to 2026) and raises beyond; `holidays` works out the
statutory days of any year, silently without the days that are moved and the weekends that are worked for them. So a year
that was not announced has its statutory days only, and `is_announced` says so.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import chinese_calendar
import holidays
from django.utils.translation import get_language


@dataclass(frozen=True)
class OfficialDay:
    """A day that is not as its weekday: off, or worked although it is a weekend."""

    is_off: bool
    name_zh: str
    name_en: str

    @property
    def name(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh


@lru_cache(maxsize=64)
def is_announced(year: int) -> bool:
    """Whether the holidays and make-up workdays of the year are known."""
    try:
        chinese_calendar.is_holiday(date(year, 1, 1))
        chinese_calendar.is_holiday(date(year, 12, 31))
    except NotImplementedError:
        return False
    return True


@lru_cache(maxsize=64)
def official_days(year: int) -> dict[date, OfficialDay]:
    """The year's days off and make-up workdays; where it was not announced, its statutory days alone."""
    return _announced(year) if is_announced(year) else _statutory(year)


def _announced(year: int) -> dict[date, OfficialDay]:
    names = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
    found: dict[date, OfficialDay] = {}
    for ordinal in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
        day = date.fromordinal(ordinal)
        is_off, name = chinese_calendar.get_holiday_detail(day)
        if name:  # an ordinary weekend has none
            found[day] = OfficialDay(is_off, names[name], name)
    return found


def _statutory(year: int) -> dict[date, OfficialDay]:
    chinese, english = (
        holidays.country_holidays("CN", years=year, language=language) for language in ("zh_CN", "en_US")
    )
    return {day: OfficialDay(True, name, english[day]) for day, name in chinese.items()}
