"""Hours of today and tomorrow for which nobody is on the rota: supervisors hear of each once."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.language import in_language_of
from accounts.models import StaffRole
from accounts.permissions import supervisors
from campus.models import Campus
from core import clock
from exceptions.duty.rota import Gap, gaps
from notifications import kinds
from notifications.kinds import Topic
from notifications.models import Notice
from notifications.services import notify

kinds.add("rota_gap", Topic.PLATFORM, severity=2, waits=True, useful=timedelta(days=1))


def ahead(campus: Campus, now: datetime) -> list[Gap]:
    """From now until the end of tomorrow."""
    return gaps(campus, now, clock.midnight(clock.local_day(now) + timedelta(days=2)))


def watch() -> int:
    """Beat: tell the supervisors of each campus. A gap that began is the same one as before. Returns how many there are."""
    count, now = 0, clock.now()
    for campus in Campus.objects.filter(is_active=True):
        for gap in ahead(campus, now):
            count += 1
            _tell(campus, gap, now)
    return count


def _tell(campus: Campus, gap: Gap, now: datetime) -> None:
    theirs = Q(is_superuser=True) | Q(staff_roles__role=StaffRole.Role.SUPERVISOR, staff_roles__campus=campus)
    for user in supervisors().filter(theirs):
        with in_language_of(user):
            notify(
                user=user,
                kind="rota_gap",
                level=Notice.Level.WARN,
                title=_("Nobody is on duty: %(group)s, %(day)s")
                % {"group": gap.group_label, "day": f"{clock.local_day(gap.start):%m-%d}"},
                body=_("From %(start)s to %(end)s nobody of %(campus)s is on the rota.")
                % {
                    "start": clock.hour_minute(gap.start),
                    "end": clock.hour_minute(gap.end),
                    "campus": campus.label,
                },
                link=f"{reverse('admin:exceptions_rotaentry_week')}?campus={campus.pk}&from={clock.local_day(gap.start)}",
                key=f"rota-gap:{campus.pk}:{gap.group}:{gap.end.isoformat()}",
            )
