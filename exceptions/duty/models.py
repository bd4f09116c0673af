"""Who of the operators is there, and who is meant to be."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffRole
from core import clock
from core.hours.fields import HoursField


class Presence(models.Model):
    """Whether an operator is there, as they said by one press. Who is on duty and of whom no page was open for a while has gone
    (`exceptions.duty.presence`)."""

    class State(models.TextChoices):
        ON_DUTY = "on_duty", _("on duty")
        LUNCH = "lunch", _("at lunch")
        AWAY = "away", _("away")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="presence",
        verbose_name=_("operator"),
    )
    state = models.CharField(_("is"), max_length=8, choices=State.choices, default=State.AWAY)
    since = models.DateTimeField(_("since"), default=clock.now)
    # When a page of theirs was last known to be open.
    seen_at = models.DateTimeField(_("last seen"), default=clock.now)
    # They did not say so: nobody was at their pages.
    was_absent = models.BooleanField(_("by itself"), default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["on_duty", "lunch", "away"]), name="presence_state"
            )
        ]
        indexes = [
            models.Index(fields=["seen_at"], name="presence_seen", condition=Q(state="on_duty"))
        ]
        verbose_name = _("presence")
        verbose_name_plural = _("presence")

    def __str__(self) -> str:
        return f"{self.user} {self.get_state_display()}"


class RotaEntry(models.Model):
    """Somebody of a group is on duty at these hours, on these days."""

    class Group(models.TextChoices):
        SUPPORT = StaffRole.Role.SUPPORT.value, StaffRole.Role.SUPPORT.label
        DISPATCHER = StaffRole.Role.DISPATCHER.value, StaffRole.Role.DISPATCHER.label
        SUPERVISOR = StaffRole.Role.SUPERVISOR.value, StaffRole.Role.SUPERVISOR.label

    campus = models.ForeignKey(
        "campus.Campus", models.CASCADE, related_name="rota", verbose_name=_("campus")
    )
    group = models.CharField(_("group"), max_length=12, choices=Group.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="rota", verbose_name=_("operator")
    )
    hours = HoursField(_("on duty at"), default="12345 08:00-12:00,14:00-18:00")
    first_day = models.DateField(_("from"), default=clock.today)
    last_day = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The last day. Empty: until further notice")
    )

    class Meta:
        ordering = ["campus", "group", "first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")), name="rota_days"
            ),
            models.CheckConstraint(
                condition=Q(group__in=["support", "dispatcher", "supervisor"]), name="rota_group"
            ),
        ]
        indexes = [models.Index(fields=["campus", "group"], name="rota_of_group")]
        verbose_name = _("duty")
        verbose_name_plural = _("duty rota")

    def __str__(self) -> str:
        return f"{self.user} {self.get_group_display()}"

    def clean(self) -> None:
        if self.last_day and self.first_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": _("It ends before it begins.")})
        if self.user_id and self.campus_id and self.group:
            theirs = StaffRole.objects.filter(user=self.user_id, campus=self.campus_id, role=self.group)
            if not theirs.exists():
                raise ValidationError({"user": _("This person is not in that group on this campus.")})
