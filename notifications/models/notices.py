"""What the platform told whom."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock


class Notice(models.Model):
    """One message in a person's inbox, written in that person's language by the app that speaks."""

    class Level(models.TextChoices):
        INFO = "info", _("information")
        GOOD = "good", _("good news")
        WARN = "warn", _("attention")

    SEVERITY = 3  # of a kind that says nothing about it; 1 is the gravest

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    level = models.CharField(max_length=8, choices=Level.choices, default=Level.INFO)
    severity = models.PositiveSmallIntegerField(default=SEVERITY)
    title = models.CharField(max_length=80)
    body = models.CharField(max_length=300, blank=True)
    link = models.CharField(max_length=200, blank=True)
    # The number of the order that it has to do with, wherever its link leads: they are read together.
    about = models.CharField(max_length=16, blank=True)
    # The same key for the same person is one notice, however often a handler is retried.
    key = models.CharField(max_length=120, null=True)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_inbox"),
            models.Index(fields=["user"], name="notice_unread", condition=models.Q(read_at__isnull=True)),
        ]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")

    def __str__(self) -> str:
        return self.title
