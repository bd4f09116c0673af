"""How a person wants to be told, and where they can be reached."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import clock

QUIET_FROM, QUIET_UNTIL = time(22, 30), time(7, 30)


# Functions, because Django's check of fixed defaults complains of a time of day that is just now.
def quiet_from() -> time:
    return QUIET_FROM


def quiet_until() -> time:
    return QUIET_UNTIL


class Preference(models.Model):
    """One row a person, made when they first choose something. `channels`: {topic: [channels]} of topics that they
    have chosen about; the others go as `channels.defaults` says."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="preference"
    )
    channels = models.JSONField(default=dict)
    quiet = models.BooleanField(default=True)
    quiet_from = models.TimeField(default=quiet_from)
    quiet_until = models.TimeField(default=quiet_until)
    email = models.EmailField(blank=True)  # one that the person has shown to be theirs
    wechat = models.CharField(max_length=64, blank=True)  # the person's openid

    def quiet_end(self, now: datetime) -> datetime | None:
        """When this person's quiet hours end, if they are now."""
        local = timezone.localtime(now)
        start, end, moment = self.quiet_from, self.quiet_until, local.time()
        inside = start <= moment < end if start < end else moment >= start or moment < end
        if not self.quiet or start == end or not inside:
            return None
        morning = local.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
        return morning if morning > local else morning + timedelta(days=1)

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
