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
