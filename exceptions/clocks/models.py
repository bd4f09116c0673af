"""Service policies: how long the clocks of tickets may run, in versions."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.hours.fields import HoursField
from core.versioning import VersionedRule, version_constraints
from exceptions.library.models import ExceptionType

MINUTES = [MinValueValidator(1), MaxValueValidator(7 * 24 * 60)]


class ServicePolicy(VersionedRule):
    """How long the four clocks of a campus's tickets may run: of one type, of one severity, or of all. The narrowest counts, a
    type before a severity. Tickets keep what was live when they opened."""

    VERSIONS_OF = ("campus", "type", "severity")

    campus = models.ForeignKey(
        "campus.Campus", models.CASCADE, related_name="service_policies", verbose_name=_("campus")
    )
    type = models.ForeignKey(
        ExceptionType,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="service_policies",
        verbose_name=_("type"),
        help_text=_("Empty: every type"),
    )
    severity = models.PositiveSmallIntegerField(
        _("severity"),
        choices=ExceptionType.Severity.choices,
        null=True,
        blank=True,
        help_text=_("Empty: every severity"),
    )
    told_minutes = models.PositiveSmallIntegerField(
        _("customer told within (min)"), default=5, validators=MINUTES
    )
    worked_minutes = models.PositiveSmallIntegerField(
        _("worked on within (min)"), default=5, validators=MINUTES
    )
    respond_minutes = models.PositiveSmallIntegerField(
        _("first answer within (min)"), default=5, validators=MINUTES
    )
    resolve_minutes = models.PositiveSmallIntegerField(
        _("resolved within (min)"), default=30, validators=MINUTES
    )
    pause_minutes = models.PositiveSmallIntegerField(
        _("waits for answers (min)"),
        default=120,
        validators=[MaxValueValidator(7 * 24 * 60)],
        help_text=_("For so long in all, a party that was asked something stops the clocks."),
    )
    hours = HoursField(
        _("clocks run at"), null=True, blank=True
    )  # none: when customer service answers; a matter of safety at all hours

    class Meta:
        ordering = ["campus", "type", "severity", "-version"]
        constraints = [
            *version_constraints("service_policy"),
            models.UniqueConstraint(
                fields=["campus", "type"],
                condition=Q(status="live", severity__isnull=True, type__isnull=False),
                name="one_live_policy_of_type",
            ),
            models.UniqueConstraint(
                fields=["campus", "severity"],
                condition=Q(status="live", type__isnull=True, severity__isnull=False),
                name="one_live_policy_of_severity",
            ),
            models.UniqueConstraint(
                fields=["campus"],
                condition=Q(status="live", type__isnull=True, severity__isnull=True),
                name="one_live_policy_of_campus",
            ),
            models.CheckConstraint(
                condition=Q(type__isnull=True) | Q(severity__isnull=True), name="policy_of_type_or_severity"
            ),
            models.CheckConstraint(
                condition=Q(respond_minutes__lte=models.F("resolve_minutes")), name="policy_answers_first"
            ),
        ]
        verbose_name = _("service policy")
        verbose_name_plural = _("service policies")

    def __str__(self) -> str:
        whose = self.type or (self.get_severity_display() if self.severity else self.campus)
        return f"{whose} v{self.version}"

    def clean(self) -> None:
        if self.type_id and self.severity:
            raise ValidationError({"severity": _("Of one type or of one severity, not both.")})
        if (self.respond_minutes or 0) > (self.resolve_minutes or 0):
            raise ValidationError(
                {"resolve_minutes": _("It cannot be solved before the first answer is due.")}
            )
