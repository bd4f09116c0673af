"""Events of campuses."""

from core.events import Event


class CalendarYearMissing(Event, name="campus.calendar_year_missing"):
    """The holidays of a year that has come near were neither announced nor entered."""

    campus: int
    year: int
