"""Another courier fetches goods from the one who has them, or from where that one has left them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campus.geo import LatLon
from core import clock
from delivery.models.legs import Leg


class Rescue(models.Model):
    """What a second courier needs to know to fetch the goods of a first one, and how it ended.

    Each of the two has a leg of their own: who gives (`giver`) waits to hand on, who fetches (`leg`) begins where the goods
    are, so that pay, trail and figures stay with the one whose they are. Until the goods have changed hands it can be
    called off, and the first goes on as if nothing had been.
    """

    class Way(models.TextChoices):
        MEET = "meet", _("the two meet")
        FETCH = "fetch", _("fetched from where it lies")

    class Outcome(models.TextChoices):
        COLLECTED = "collected", _("collected")
        CALLED_OFF = "called_off", _("called off")
        NOT_THERE = "not_there", _("not there")
        DECLINED = "declined", _("the second courier cannot")

    FAILED = (Outcome.CALLED_OFF, Outcome.NOT_THERE, Outcome.DECLINED)

    leg = models.OneToOneField(Leg, models.CASCADE, related_name="rescue", verbose_name=_("second leg"))
    giver = models.ForeignKey(Leg, models.CASCADE, related_name="+", verbose_name=_("first leg"))
    way = models.CharField(_("how"), max_length=8, choices=Way.choices)
    # Where the goods are to be fetched: what the second leg begins at is the place that is nearest.
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    note = models.CharField(_("where exactly"), max_length=200, blank=True)
    photo = models.ForeignKey(
        "orders.Photo", models.SET_NULL, null=True, related_name="+", verbose_name=_("photo"), db_index=False
    )
    reason = models.CharField(_("reason"), max_length=150)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    created_at = models.DateTimeField(_("decided"), default=clock.now)
    # What the first one's way is worth once the goods are collected, in fen, out of what their leg pays.
    giver_fen = models.PositiveIntegerField(_("for the first courier (fen)"))
    outcome = models.CharField(_("how it ended"), max_length=10, choices=Outcome.choices, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    words = models.CharField(_("in the courier's words"), max_length=200, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(way__in=["meet", "fetch"]), name="rescue_way"),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at__isnull=True)
                | Q(outcome__in=["collected", "called_off", "not_there", "declined"], ended_at__isnull=False),
                name="rescue_outcome",
            ),
            models.UniqueConstraint(fields=["giver"], condition=Q(outcome=""), name="one_rescue_a_leg"),
        ]
        verbose_name = _("rescue")
        verbose_name_plural = _("rescues")

    def __str__(self) -> str:
        return f"{self.giver_id} → {self.leg_id}"

    @property
    def is_under_way(self) -> bool:
        return not self.outcome

    @property
    def position(self) -> LatLon | None:
        """Where exactly; None once that is forgotten."""
        return (self.lat, self.lon) if self.lat is not None and self.lon is not None else None
