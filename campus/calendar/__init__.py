"""The campus calendar: terms, exams, holidays and make-up workdays. Hours of the week are served by it.

calendar = calendar_of(campus_id)          # `core.hours.Calendar`
campus.service_hours.is_open(now, calendar)
"""

from campus.calendar.days import CampusCalendar, Day, DayKind, calendar_of
from campus.calendar.years import confirm_year, missing_year, missing_years, watch_years

__all__ = [
    "CampusCalendar",
    "Day",
    "DayKind",
    "calendar_of",
    "confirm_year",
    "missing_year",
    "missing_years",
    "watch_years",
]
