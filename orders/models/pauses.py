"""When nothing may be ordered."""

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from orders.models.kinds import Kind


class PauseQuerySet(models.QuerySet):
    def active(self, now=None) -> QuerySet["OrderPause"]:
        """Those in force: neither ended nor past their end."""
        return self.filter(Q(until=None) | Q(until__gt=now or clock.now()), ended_at=None)


class OrderPause(models.Model):
    """A campus, one of its zones, or one kind of errand takes no orders for a while. Kept for ever: who, when, why."""

    class Cause(models.TextChoices):
        STORM = "storm", _("storm")
        CURFEW = "curfew", _("the gates are shut")
        TERM = "term", _("end of term")
        COURIERS = "couriers", _("too few couriers")
        OTHER = "other", _("something else")

    campus = models.ForeignKey(
        "campus.Campus", models.CASCADE, related_name="pauses", verbose_name=_("campus")
    )
    zone = models.ForeignKey("campus.Zone", models.CASCADE, null=True, blank=True, verbose_name=_("zone"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, blank=True)
    cause = models.CharField(_("because of"), max_length=10, choices=Cause.choices)
    message = models.CharField(_("what students read"), max_length=160)
    started_at = models.DateTimeField(_("since"), default=clock.now)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("paused by")
    )
    until = models.DateTimeField(_("goes on by itself at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("resumed by")
    )

    objects = PauseQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campus", "kind"], condition=Q(ended_at=None, zone=None), name="one_pause_of_campus"
            ),
            models.UniqueConstraint(
                fields=["campus", "zone", "kind"], condition=Q(ended_at=None), name="one_pause_of_zone"
            ),
            models.CheckConstraint(condition=Q(kind__in=["", *Kind.values]), name="order_pause_kind"),
        ]
        verbose_name = _("pause of ordering")
        verbose_name_plural = _("pauses of ordering")

    def __str__(self) -> str:
        return self.scope

    @property
    def scope(self) -> str:
        """What it stops, in words: a zone, a kind, or the whole campus."""
        parts = [self.zone.label if self.zone else self.campus.label]
        if self.kind:
            parts.append(str(self.get_kind_display()))
        return " · ".join(parts)
