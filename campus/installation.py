"""What is needed of the map."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campus import calendar
from campus.models import Campus
from core.installation import Lack, requirement


@requirement
def campus() -> Lack | None:
    """A campus that people can choose when they sign up."""
    if Campus.objects.filter(is_active=True).exists():
        return None
    return Lack(
        "campus.W001",
        _("There is no active campus: nobody can sign up."),
        _("Import a map (Campus → map imports), then go through its checklist and open it."),
        reverse("admin:campus_mapimport_add"),
    )


@requirement
def holidays() -> Lack | None:
    """The holidays and make-up workdays of the year, and towards its end of the next."""
    for campus in Campus.objects.filter(is_active=True):
        for year in calendar.missing_years(campus.pk):
            return Lack(
                "campus.W002",
                _(
                    "The holidays and make-up workdays of %(year)s are not known: only statutory days count as days off."
                )
                % {"year": year},
                _(
                    "Upgrade once a new version has them, or enter them in the calendar of each campus and confirm the year."
                ),
                f"{reverse('admin:campus_campus_calendar', args=[campus.pk])}?year={year}",
            )
    return None
