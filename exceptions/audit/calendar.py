"""A year whose holidays nobody knows: supervisors hear of it while there is still time to enter them."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.language import in_language_of
from accounts.models import StaffRole
from accounts.permissions import supervisors
from campus.events import CalendarYearMissing
from campus.models import Campus
from core.events import subscribe
from notifications.services import notify


@subscribe(CalendarYearMissing)
def tell_of_missing_year(event: CalendarYearMissing) -> None:
    """Notify the supervisors of the campus, once a year."""
    campus = Campus.objects.get(pk=event.campus)
    theirs = Q(is_superuser=True) | Q(staff_roles__role=StaffRole.Role.SUPERVISOR, staff_roles__campus=campus)
    for user in supervisors().filter(theirs):
        with in_language_of(user):
            notify(
                user=user,
                kind="platform",
                level="warn",
                title=_("The holidays of %(year)s are not known yet") % {"year": event.year},
                body=_(
                    "Service hours and clocks of %(campus)s take them for ordinary days, but for the statutory ones. "
                    "Please enter the days off and make-up workdays that were announced."
                )
                % {"campus": campus.label},
                link=f"{reverse('admin:campus_campus_calendar', args=[campus.pk])}?year={event.year}",
                key=f"calendar-year:{campus.pk}:{event.year}",
            )
