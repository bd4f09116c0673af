"""How a person wants to be told, and where they can be reached."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.hours.fields import HoursField


class Preference(models.Model):
    """One row a person, made when they first choose something. `channels`: {topic: [channels]} of topics that they
    have chosen about; the others go as `channels.defaults` says."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="preference"
    )
    channels = models.JSONField(default=dict)
    quiet = models.BooleanField(default=True)
    quiet_hours = HoursField(default="1234567 22:30-07:30")  # the same block each day
    email = models.EmailField(blank=True)  # one that the person has shown to be theirs
    wechat = models.CharField(max_length=64, blank=True)  # the person's openid

    def quiet_end(self, now: datetime) -> datetime | None:
        """When this person's quiet hours end, if they are now."""
        return self.quiet_hours.closing(now) if self.quiet else None

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")

    def __str__(self) -> str:
        return str(self.user_id)


class PushSubscription(models.Model):
    """A browser that shows notifications, as its push service knows it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="push_subscriptions")
    endpoint = models.CharField(max_length=500, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    device = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["user"], name="push_of_person")]
        verbose_name = _("browser that shows notifications")
        verbose_name_plural = _("browsers that show notifications")

    def __str__(self) -> str:
        return self.device or str(self.pk)
