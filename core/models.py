"""The outbox (events decided together with a change, and who has dealt with them), heartbeats, attempts, leases."""

from datetime import UTC, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock


class OutboxEvent(models.Model):
    """One event, written in the transaction of the change that it tells of."""

    name = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)
    # Due until every handler is done; null when there is nothing left to do. What the drain looks at.
    due_at = models.DateTimeField(default=clock.now, null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="outbox_due", condition=models.Q(due_at__isnull=False)
            ),
            models.Index(fields=["created_at"], name="outbox_created"),
        ]
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self) -> str:
        return f"{self.name}#{self.pk}"


class HandlerRun(models.Model):
    """What one handler made of one event. The pair is unique, so that a handler runs to its end only once."""

    class Status(models.TextChoices):
        DONE = "done", _("done")
        RETRY = "retry", _("will be retried")
        DEAD = "dead", _("dead letter")

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="runs")
    handler = models.CharField(max_length=120)
    status = models.CharField(max_length=8, choices=Status.choices)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "handler"], name="handler_run_once"),
            models.CheckConstraint(
                condition=models.Q(status__in=["done", "retry", "dead"]), name="handler_run_status"
            ),
        ]
        indexes = [models.Index(fields=["status"], name="handler_dead", condition=models.Q(status="dead"))]
        verbose_name = _("handler run")
        verbose_name_plural = _("handler runs")

    def __str__(self) -> str:
        return f"{self.handler} {self.status}"


class Heartbeat(models.Model):
    """When something that must never stop last showed that it runs. `/healthz/` looks at the age."""

    name = models.CharField(max_length=128, primary_key=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name


class AttemptCount(models.Model):
    """How often somebody has been wrong where guessing must end (`core.attempts`)."""

    key = models.CharField(max_length=100, primary_key=True)
    count = models.PositiveSmallIntegerField(default=0)
    until = models.DateTimeField()  # then it is forgotten

    class Meta:
        indexes = [models.Index(fields=["until"], name="attempt_until")]
        verbose_name = _("counted attempts")
        verbose_name_plural = _("counted attempts")

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"


class Lease(models.Model):
    """Which process does what only one may do, and until when (`core.leases`)."""

    name = models.CharField(max_length=32, primary_key=True)
    holder = models.CharField(max_length=200, blank=True)
    until = models.DateTimeField(default=datetime(2000, 1, 1, tzinfo=UTC))

    class Meta:
        verbose_name = _("lease")
        verbose_name_plural = _("leases")

    def __str__(self) -> str:
        return f"{self.name}: {self.holder}"


class FileDeletion(models.Model):
    """A file that no row names any more and that is still to be deleted. The name alone: it tells nothing."""

    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("file to delete")
        verbose_name_plural = _("files to delete")

    def __str__(self) -> str:
        return self.name


class RetentionRun(models.Model):
    """What the daily sweep did last with one row of the table of personal data."""

    key = models.CharField(max_length=120, primary_key=True)
    at = models.DateTimeField(default=clock.now)
    count = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("personal data")
        verbose_name_plural = _("personal data")

    def __str__(self) -> str:
        return self.key
