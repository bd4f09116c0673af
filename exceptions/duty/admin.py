"""The duty rota: its rows, and the weeks that follow from them, a day a line."""

from datetime import date, timedelta

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from accounts.models import User
from accounts.operator_scope import seen_campuses
from accounts.permissions import is_operator
from campus.models import Campus
from core import clock
from core.admin import SUPERVISOR, CampusScopedAdmin, ScopedRelatedFilter
from core.ids import as_pk
from exceptions.duty import gaps, presence, rota
from exceptions.models import Presence, RotaEntry

WEEK = 7


@admin.register(RotaEntry)
class RotaEntryAdmin(CampusScopedAdmin):
    """Every operator reads when they are on duty; supervisors say so."""

    add_roles = change_roles = delete_roles = (SUPERVISOR,)
    list_display = ["user", "group", "times", "first_day", "last_day", "campus"]
    list_filter = ["group", ("campus", ScopedRelatedFilter)]
    list_select_related = ["user", "campus"]
    ordering = ["campus", "group", "first_day"]
    fields = ["campus", ("group", "user"), "hours", ("first_day", "last_day")]
    actions_list = ["week_link"]

    def get_field_queryset(self, db, db_field, request):
        """Only operators can be on duty."""
        found = super().get_field_queryset(db, db_field, request)
        if db_field.name == "user":
            found = User.objects.filter(is_staff=True, is_active=True, staff_roles__isnull=False).distinct()
        return found

    @display(description=gettext_lazy("on duty at"))
    def times(self, entry: RotaEntry) -> str:
        return entry.hours.short

    @action(description=gettext_lazy("Week by week"), url_path="week-link", icon="calendar_month")
    def week_link(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:exceptions_rotaentry_week")

    def get_urls(self):
        page = self.admin_site.admin_view(self.week)
        return [path("week/", page, name="exceptions_rotaentry_week"), *super().get_urls()]

    def week(self, request: HttpRequest) -> HttpResponse:
        """A week of a campus: who is on duty when, where nobody is, and who is there now."""
        if not is_operator(request.user):
            return redirect("admin:index")
        campuses = seen_campuses(request)
        campus = _campus(request, campuses)
        first = _day(request.GET.get("from", ""))
        last = first + timedelta(days=WEEK - 1)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Duty rota of %(campus)s") % {"campus": campus.label},
            "campus": campus,
            "campuses": campuses,
            "days": _week(campus, first, last),
            "first": first,
            "last": last,
            "before": first - timedelta(days=WEEK),
            "after": first + timedelta(days=WEEK),
            "gaps": gaps.ahead(campus, clock.now()),
            "has_rota": campus.rota.exists(),
            "operators": _operators(campus),
            "may_edit": self.has_add_permission(request) and is_operator(request.user, campus, SUPERVISOR),
        }
        return render(request, "admin/exceptions/rota_week.html", context)


def _campus(request: HttpRequest, campuses: list[Campus]) -> Campus:
    wanted = as_pk(request.GET.get("campus", ""))
    if wanted is None:
        return campuses[0]
    return get_object_or_404(Campus, pk=wanted, code__in=[campus.code for campus in campuses])


def _day(text: str) -> date:
    """The Monday of the week of the day that is asked for, else of today."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = clock.today()
    return day - timedelta(days=day.weekday())


def _week(campus: Campus, first: date, last: date) -> list[dict]:
    """{"day", "hours": when customer service answers, "shifts", "gaps"} of each day. Days behind us have no gaps any more."""
    planned = rota.shifts(campus, first, last)
    empty = rota.gaps(campus, clock.midnight(first), clock.midnight(last + timedelta(days=1)))
    today = clock.today()
    return [
        {
            "day": day,
            "is_today": day == today,
            "shifts": [shift for shift in planned if shift.day == day],
            "gaps": [gap for gap in empty if clock.local_day(gap.start) <= day <= _last_day(gap)]
            if day >= today
            else [],
        }
        for day in rota.days(first, last)
    ]


def _last_day(gap: rota.Gap) -> date:
    return clock.local_day(gap.end - timedelta(seconds=1))


def _operators(campus: Campus) -> list[Presence]:
    """What the campus's operators say of themselves, those who are there first. Who never said anything is not named."""
    known = Presence.objects.filter(user__staff_roles__campus=campus, user__is_active=True)
    found = list(known.select_related("user").distinct())
    return sorted(found, key=lambda own: (not presence.is_there(own), own.user.name))
