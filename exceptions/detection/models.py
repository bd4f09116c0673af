"""What the scanner could not do."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock


class ScanFailure(models.Model):
    """A row that the scanner could not turn into a ticket: pushed back, written down, shown to operators."""

    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="+")
    rule = models.CharField(max_length=24)
    error = models.TextField()
    failures = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "rule"], name="scan_failure_once")]
        verbose_name = _("scanner failure")
        verbose_name_plural = _("scanner failures")

    def __str__(self) -> str:
        return f"{self.rule} {self.order_id}"


class DetectorThreshold(models.Model):
    """What a campus has set of a detector otherwise than it comes."""

    campus = models.ForeignKey(
        "campus.Campus", models.CASCADE, related_name="detector_thresholds", verbose_name=_("campus")
    )
    detector = models.CharField(max_length=24)
    name = models.CharField(max_length=24)
    value = models.PositiveIntegerField(_("value"))

    class Meta:
        ordering = ["campus", "detector", "name"]
        constraints = [
            models.UniqueConstraint(fields=["campus", "detector", "name"], name="one_threshold_a_campus"),
            models.CheckConstraint(condition=models.Q(value__gte=1), name="threshold_is_positive"),
        ]
        verbose_name = _("detection threshold")
        verbose_name_plural = _("detection thresholds")

    def __str__(self) -> str:
        return f"{self.detector}.{self.name} = {self.value}"


class Watch(models.Model):
    """An order that a detector looks at again at `due_at`; how far it has gone with it stands in `step`."""

    class Step(models.IntegerChoices):
        QUIET = 0, _("nothing to say")
        FIRST = 1, _("first sign")
        SECOND = 2, _("second sign")
        TICKET = 3, _("a ticket is open")

    detector = models.CharField(max_length=24)
    campus = models.ForeignKey("campus.Campus", models.CASCADE, related_name="+", db_index=False)
    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="watches", verbose_name=_("order"))
    # What the order's courier had in hand when the watch began.
    leg = models.ForeignKey("delivery.Leg", models.CASCADE, null=True, related_name="+", db_index=False)
    due_at = models.DateTimeField(_("looked at again"))
    step = models.PositiveSmallIntegerField(_("how far"), choices=Step.choices, default=Step.QUIET)
    step_at = models.DateTimeField(_("since"), default=clock.now)
    began_at = models.DateTimeField(default=clock.now)
    # The courier's own word that all is well.
    answered_at = models.DateTimeField(null=True)
    # What the detector needs to know of the job: the way, for one.
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["detector", "order"], name="one_watch_a_detector"),
            models.CheckConstraint(condition=models.Q(step__in=[0, 1, 2, 3]), name="watch_step"),
        ]
        indexes = [
            models.Index(fields=["detector", "due_at"], name="watch_due"),
            models.Index(fields=["campus"], name="watch_second_sign", condition=models.Q(step=2)),
        ]
        verbose_name = _("watch")
        verbose_name_plural = _("watches")

    def __str__(self) -> str:
        return f"{self.detector} {self.order_id}"
