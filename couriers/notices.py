"""What couriers, and those who would like to be, are told about themselves."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.language import in_language_of
from core import clock, links
from core.events import subscribe
from couriers.events import (
    ApplicationDecided,
    CourierActivated,
    CourierSuspended,
    CoursePublished,
    RestAdvised,
    RestForced,
    ShiftMissed,
    ShiftSoon,
)
from couriers.models import Courier, Course, ShiftAssignment
from notifications import kinds
from notifications.kinds import Topic
from notifications.models import Notice
from notifications.services import build_notification, notify, notify_all

GOOD, WARN = Notice.Level.GOOD, Notice.Level.WARN

for kind in ("application_decided", "courier_activated", "course_published", "shift_missed"):
    kinds.add(kind, Topic.JOBS, waits=True, useful=timedelta(days=1))
for kind in ("courier_suspended", "rest_advised", "rest_forced", "shift_soon"):
    kinds.add(kind, Topic.JOBS, severity=2)


@subscribe(ApplicationDecided)
def application_decided(event: ApplicationDecided) -> None:
    """Notify the applicant."""
    courier = Courier.objects.select_related("user").get(pk=event.courier)
    with in_language_of(courier.user):
        reason = _("Reason: %(reason)s") % {"reason": event.reason}
        title, body, link, level = {
            "accept": (
                _("Welcome! Now the training"),
                _(
                    "Your documents are in order and have been deleted. A few short lessons and a quiz are left."
                ),
                "couriers:training",
                GOOD,
            ),
            "refuse": (_("Your application was not accepted"), reason, "couriers:apply", WARN),
            "ask_again": (_("Please send a better photo"), reason, "couriers:apply", WARN),
        }[event.decision]
        notify(
            user=courier.user, kind="application_decided", title=title, body=body, link=reverse(link), level=level,
            key=f"application:{event.application or courier.pk}:{event.decision}",
        )  # fmt: skip


@subscribe(CoursePublished)
def course_published(event: CoursePublished) -> None:
    """Notify everybody who works already, and say by when the course is to be done."""
    course = Course.objects.get(pk=event.course)
    unsent = []
    couriers = Courier.objects.filter(campus=course.campus_id, status=Courier.Status.ACTIVE)
    for courier in couriers.select_related("user"):
        with in_language_of(courier.user):
            until = date_format(timezone.localtime(course.grace_until), "MONTH_DAY_FORMAT")
            unsent.append(
                build_notification(
                    user=courier.user, kind="course_published", title=_("There are new lessons"),
                    body=_("%(title)s: please do it by %(day)s. After that the hall is closed until you have.")
                    % {"title": course.title, "day": until},
                    link=reverse("couriers:course", args=[course.pk]), key=f"course:{course.pk}",
                )
            )  # fmt: skip
    notify_all(unsent)


@subscribe(CourierSuspended)
def suspended(event: CourierSuspended) -> None:
    """Notify the courier."""
    courier = Courier.objects.select_related("user").get(pk=event.courier)
    with in_language_of(courier.user):
        notify(
            user=courier.user,
            kind="courier_suspended",
            title=_("You cannot take jobs for now"),
            body=_("Reason: %(reason)s. What you carry now, please bring to its end.")
            % {"reason": event.reason},
            link=links.url("courier.home"),
            level=WARN,
        )


@subscribe(CourierActivated)
def activated(event: CourierActivated) -> None:
    """Notify the courier."""
    courier = Courier.objects.select_related("user").get(pk=event.courier)
    with in_language_of(courier.user):
        notify(
            user=courier.user,
            kind="courier_activated",
            title=_("You can take jobs now"),
            body=_("Switch to on duty in the hall and pick your first one."),
            link=links.url("courier.home"),
            level=GOOD,
        )


@subscribe(RestAdvised)
def rest_advised(event: RestAdvised) -> None:
    """Notify the courier."""
    courier = Courier.objects.select_related("user").get(pk=event.courier)
    with in_language_of(courier.user):
        notify(
            user=courier.user, kind="rest_advised", title=_("Eight hours on duty: time for a break"),
            body=_("Eat and rest for a while. After twelve hours in a day the hall closes for you until morning."),
            link=reverse("couriers:shifts"),
        )  # fmt: skip


@subscribe(RestForced)
def rest_forced(event: RestForced) -> None:
    """Notify the courier."""
    courier = Courier.objects.select_related("user").get(pk=event.courier)
    with in_language_of(courier.user):
        until = clock.hour_minute(courier.rest_until)
        body = _("Bring what you carry to its end. New jobs from %(time)s.") % {"time": until}
        if event.shifts:
            body += " " + _("Your shifts until then are open to others.")
        notify(
            user=courier.user, kind="rest_forced", title=_("Twelve hours on duty: please rest now"), body=body,
            link=links.url("courier.home"), level=WARN,
        )  # fmt: skip


@subscribe(ShiftSoon)
def shift_soon(event: ShiftSoon) -> None:
    """Remind the courier."""
    assignment = _assignment(event)
    if assignment is None:  # given back in the meantime
        return
    user = assignment.courier.user
    with in_language_of(user):
        notify(
            user=user, kind="shift_soon", title=_("Your shift begins at %(time)s") % {"time": clock.hour_minute(assignment.starts_at)},
            body=_("%(zone)s. Switch to on duty when you are there.") % {"zone": assignment.shift.zone.label},
            link=links.url("courier.home"), key=f"shift-soon:{assignment.pk}",
        )  # fmt: skip


@subscribe(ShiftMissed)
def shift_missed(event: ShiftMissed) -> None:
    """Notify the courier."""
    assignment = _assignment(event)
    if assignment is None:
        return
    user = assignment.courier.user
    with in_language_of(user):
        notify(
            user=user, kind="shift_missed", title=_("You did not come to your shift"),
            body=_("%(zone)s, %(time)s. If something came up, please tell your campus team; next time give it back an hour before.")
            % {"zone": assignment.shift.zone.label, "time": clock.hour_minute(assignment.starts_at)},
            link=reverse("couriers:shifts"), level=WARN, key=f"shift-missed:{assignment.pk}",
        )  # fmt: skip


def _assignment(event: ShiftSoon | ShiftMissed) -> ShiftAssignment | None:
    found = ShiftAssignment.objects.select_related("courier__user", "shift__zone")
    return found.filter(pk=event.assignment).first()
