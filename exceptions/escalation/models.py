"""Escalation policies in versions, and the escalations that go by them."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffRole
from core import clock
from core.versioning import VersionedRule, version_constraints
from exceptions.escalation.plan import Step, Target
from exceptions.library.models import ExceptionType
from exceptions.tickets.models import Ticket

WAIT = [MaxValueValidator(24 * 60)]
PAUSE = [MinValueValidator(1), MaxValueValidator(24 * 60)]
STEPS = {
    Target.ASSIGNEE: "assignee_minutes",
    Target.GROUP: "group_minutes",
    Target.SUPERVISOR: "supervisor_minutes",
    Target.PAGE: "page_minutes",
}


def _wait(label) -> models.PositiveSmallIntegerField:
    """Minutes after the step before; empty where the step is left out."""
    return models.PositiveSmallIntegerField(label, null=True, blank=True, validators=WAIT)


class EscalationPolicy(VersionedRule):
    """Who of a campus is told, and after how long, when the time of a ticket of this severity runs out or one of safety opens.
    Escalations keep what was live when they started."""

    VERSIONS_OF = ("campus", "severity")

    class Group(models.TextChoices):
        SUPPORT = StaffRole.Role.SUPPORT.value, StaffRole.Role.SUPPORT.label
        DISPATCHER = StaffRole.Role.DISPATCHER.value, StaffRole.Role.DISPATCHER.label

    campus = models.ForeignKey(
        "campus.Campus", models.CASCADE, related_name="escalation_policies", verbose_name=_("campus")
    )
    severity = models.PositiveSmallIntegerField(_("severity"), choices=ExceptionType.Severity.choices)
    assignee_minutes = _wait(_("who handles it, after (min)"))
    group_minutes = _wait(_("the group on duty, after (min)"))
    supervisor_minutes = _wait(_("the supervisor on duty, after (min)"))
    page_minutes = _wait(_("page by SMS and call, after (min)"))
    group = models.CharField(_("the group"), max_length=12, choices=Group.choices, default=Group.SUPPORT)
    repeats = models.PositiveSmallIntegerField(
        _("repeats"),
        default=1,
        validators=[MaxValueValidator(20)],
        help_text=_("How often all steps are gone through again while nobody takes it."),
    )
    repeat_minutes = models.PositiveSmallIntegerField(
        _("from one round to the next (min)"), default=30, validators=PAUSE
    )
    ack_minutes = models.PositiveSmallIntegerField(
        _("an acknowledgement holds (min)"),
        default=30,
        validators=PAUSE,
        help_text=_("Whoever takes it has so long; if its time is still running out then, it goes on."),
    )

    class Meta:
        ordering = ["campus", "severity", "-version"]
        constraints = [
            *version_constraints("escalation_policy", "campus", "severity"),
            models.CheckConstraint(
                condition=Q(assignee_minutes__isnull=False)
                | Q(group_minutes__isnull=False)
                | Q(supervisor_minutes__isnull=False)
                | Q(page_minutes__isnull=False),
                name="escalation_policy_reaches_somebody",
            ),
            models.CheckConstraint(
                condition=Q(repeat_minutes__gte=1, ack_minutes__gte=1), name="escalation_policy_rests"
            ),
        ]
        verbose_name = _("escalation policy")
        verbose_name_plural = _("escalation policies")

    def __str__(self) -> str:
        return f"{self.get_severity_display()} v{self.version}"

    @property
    def steps(self) -> tuple[Step, ...]:
        """Those that are taken, in their order."""
        waits = ((to, getattr(self, name)) for to, name in STEPS.items())
        return tuple(Step(to, wait) for to, wait in waits if wait is not None)

    def clean(self) -> None:
        if not self.steps:
            raise ValidationError(_("At least one step has to reach somebody."))


class Escalation(models.Model):
    """One escalation of a ticket: why and when it started, and the plan that was frozen then. How far it has come is in the
    ticket's log; the columns below `started_at` are a projection of it (`exceptions.escalation.projection`)."""

    class Cause(models.TextChoices):
        CLOCK = "clock", _("time ran out")
        OPENED = "opened", _("a matter of safety")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="escalations", verbose_name=_("ticket"))
    cause = models.CharField(_("cause"), max_length=8, choices=Cause.choices)
    # It goes on while one of these clocks waits for what it is to: [[cycle, name], …].
    clocks = models.JSONField(default=list)
    plan = models.JSONField()
    # The log's last entry when it started: what it is about comes after.
    after_entry = models.BigIntegerField()
    started_at = models.DateTimeField(_("started"), default=clock.now)
    next_at = models.DateTimeField(_("next step"), null=True)
    steps_run = models.PositiveSmallIntegerField(_("steps run"), default=0)
    acknowledged_until = models.DateTimeField(_("acknowledged until"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    # While another ticket of the order stands for this one: looked at again then.
    not_before = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(ended_at__isnull=True), name="one_escalation_at_a_time"
            ),
            models.CheckConstraint(condition=Q(cause__in=["clock", "opened"]), name="escalation_cause"),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="escalation_due", condition=Q(next_at__isnull=False)),
        ]
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.cause}"
