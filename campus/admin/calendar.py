"""The campus calendar: a year at a glance, and the entries above the official days."""

from calendar import Calendar as Weeks
from datetime import date

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from campus import calendar
from campus.calendar.official import is_announced
from campus.models import CalendarEntry, Campus
from core import clock
from core.admin import SUPERVISOR, CampusScopedAdmin, ScopedRelatedFilter, has_role
from core.ids import as_pk

FIRST_YEAR, LAST_YEAR = 2004, 2100


class CalendarPage:
    """The calendar's page, for the admin of campuses."""

    @action(
        description=gettext_lazy("Calendar"),
        icon="calendar_month",
        url_path="calendar",
        permissions=["calendar"],
    )
    def calendar(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A year as twelve months, each day as it is served; a year that is not known says so."""
        campus = get_object_or_404(self.get_queryset(request), pk=as_pk(object_id))  # type: ignore[attr-defined]
        year = _year(request.GET.get("year", ""))
        may_edit = has_role(request, (SUPERVISOR,), campus.pk)
        if request.method == "POST":
            if not may_edit:
                raise PermissionDenied
            self._confirm(request, campus, year)
            return redirect(f"{reverse('admin:campus_campus_calendar', args=[campus.pk])}?year={year}")
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("Calendar of %(campus)s") % {"campus": campus.label},
            "campus": campus,
            "year": year,
            "before": year - 1 if year > FIRST_YEAR else None,
            "after": year + 1 if year < LAST_YEAR else None,
            "months": _months(campus, year),
            "weekdays": [label for _value, label in CalendarEntry.Weekday.choices],
            "entries": campus.calendar_entries.filter(
                first_day__lte=date(year, 12, 31), last_day__gte=date(year, 1, 1)
            ).order_by("first_day"),
            "is_announced": is_announced(year),
            "is_missing": calendar.missing_year(campus.pk, year),
            "may_edit": may_edit,
        }
        return render(request, "admin/campus/calendar.html", context)

    def has_calendar_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return has_role(request, campus_id=as_pk(object_id) if object_id else None)

    def _confirm(self, request: HttpRequest, campus: Campus, year: int) -> None:
        is_complete = request.POST.get("do") == "complete"
        calendar.confirm_year(campus=campus, year=year, is_complete=is_complete)
        said = _("%(year)s counts as entered in full.") if is_complete else _("%(year)s counts as not known.")
        messages.success(request, said % {"year": year})
        self.log_change(request, campus, f"calendar {year}: {'complete' if is_complete else 'not known'}")  # type: ignore[attr-defined]


def _year(text: str) -> int:
    """The year asked for, else the present one."""
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else clock.today().year


def _months(campus: Campus, year: int) -> list[dict]:
    """{"name", "weeks": seven days each, None outside the month} of the twelve months."""
    own, weeks = calendar.calendar_of(campus.pk), Weeks()
    return [
        {
            "name": MONTHS[month],
            "weeks": [
                [own.day(day) if day.month == month else None for day in week]
                for week in weeks.monthdatescalendar(year, month)
            ],
        }
        for month in range(1, 13)
    ]


@admin.register(CalendarEntry)
class CalendarEntryAdmin(CampusScopedAdmin):
    add_roles = change_roles = delete_roles = (SUPERVISOR,)
    list_display = ["name", "kind", "first_day", "last_day", "stands_for", "campus"]
    list_filter = [("campus", ScopedRelatedFilter), "kind"]
    list_select_related = ["campus"]
    search_fields = ["name"]
    fields = ["campus", ("kind", "name"), ("first_day", "last_day"), "stands_for"]
