"""When couriers are wanted where, who has promised to come, and how long each has been on duty."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import clock
from couriers.models.couriers import Courier

HALF_HOUR = timedelta(minutes=30)


class Shift(models.Model):
    """Half an hour in a zone with places for couriers. Published by operators, taken and given back by couriers."""

    campus = models.ForeignKey(
        "campus.Campus", models.CASCADE, related_name="shifts", verbose_name=_("campus")
    )
    zone = models.ForeignKey("campus.Zone", models.CASCADE, related_name="shifts", verbose_name=_("zone"))
    starts_at = models.DateTimeField(_("start"))
    places = models.PositiveSmallIntegerField(_("places"))

    class Meta:
        ordering = ["starts_at", "zone"]
        constraints = [models.UniqueConstraint(fields=["zone", "starts_at"], name="shift_once")]
        indexes = [models.Index(fields=["campus", "starts_at"], name="shift_of_day")]
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")

    def __str__(self) -> str:
        start, end = timezone.localtime(self.starts_at), timezone.localtime(self.ends_at)
        return f"{self.zone.label} {start:%m-%d %H:%M}–{end:%H:%M}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + HALF_HOUR


class ShiftAssignment(models.Model):
    """A courier's place in a shift. Giving it back deletes it."""

    class Outcome(models.TextChoices):
        OPEN = "", _("still to come")
        CAME = "came", _("came")
        MISSED = "missed", _("did not come")

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="assignments", verbose_name=_("shift"))
    courier = models.ForeignKey(
        Courier, models.CASCADE, related_name="assignments", verbose_name=_("courier")
    )
    # As the shift's: nobody is in two zones at once.
    starts_at = models.DateTimeField(_("start"))
    outcome = models.CharField(
        _("outcome"), max_length=8, choices=Outcome.choices, default=Outcome.OPEN, blank=True
    )
    reminded_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("taken"), default=clock.now)

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["courier", "starts_at"], name="one_shift_at_a_time"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "came", "missed"]), name="shift_assignment_outcome"
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at"], name="shift_assignment_to_watch", condition=Q(outcome=""))
        ]
        verbose_name = _("taken shift")
        verbose_name_plural = _("taken shifts")

    def __str__(self) -> str:
        return f"{self.courier} · {self.shift}"


class WorkSession(models.Model):
    """A finished stretch of duty. The present one is `Courier.duty_since`."""

    courier = models.ForeignKey(
        Courier, models.CASCADE, related_name="work_sessions", verbose_name=_("courier")
    )
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))

    class Meta:
        ordering = ["-since"]
        constraints = [models.CheckConstraint(condition=Q(since__lte=F("until")), name="work_session_order")]
        indexes = [models.Index(fields=["courier", "until"], name="work_session_of_courier")]
        verbose_name = _("stretch of duty")
        verbose_name_plural = _("stretches of duty")

    def __str__(self) -> str:
        return f"{self.courier} {self.since:%m-%d %H:%M}–{self.until:%H:%M}"
