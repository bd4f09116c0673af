"""Hours of the week, as people give them: when something is open, quiet or busy. One type, one column, one form field.

    hours = WeeklyHours.parse("周一至周五 18:00–02:00；周六、周日 00:00-24:00；节假日 休息")
    hours.is_open(at, calendar), hours.next_opening(at, calendar), hours.add(at, timedelta(minutes=30), calendar)

`fields.HoursField` keeps it in a row, `fields.HoursFormField` asks people for it.
"""

from core.hours.week import HOLIDAY, Block, Calendar, WeeklyHours, plain_calendar

__all__ = ["HOLIDAY", "Block", "Calendar", "WeeklyHours", "plain_calendar"]
