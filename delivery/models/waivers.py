"""A supervisor's word that goods may be left at the door without a photo."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from accounts.models import Actor
from core import clock
from core.fsm import StatusField


class PhotoWaiver(models.Model):
    """Asked for by a courier at the door whose photo cannot be kept (the disk is full, the camera broken); good for that
    courier and leg alone."""

    class Status(models.TextChoices):
        ASKED = "asked", _("waiting for a supervisor")
        GIVEN = "given", _("allowed")

    leg = models.OneToOneField(
        "delivery.Leg", models.CASCADE, related_name="photo_waiver", verbose_name=_("leg")
    )
    courier = models.ForeignKey(
        "couriers.Courier", models.CASCADE, related_name="+", verbose_name=_("courier")
    )
    status = StatusField(_("status"), max_length=8, choices=Status.choices, default=Status.ASKED)
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("allowed by")
    )
    given_at = models.DateTimeField(_("allowed at"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=["asked", "given"]), name="photo_waiver_status")
        ]
        verbose_name = _("delivery without a photo")
        verbose_name_plural = _("deliveries without a photo")

    def __str__(self) -> str:
        return f"{self.leg_id} {self.status}"

    @transition(
        status,
        source=[Status.ASKED],
        target=Status.GIVEN,
        custom={"label": _("Allow"), "roles": ["supervisor"]},
    )
    def give(self, actor: Actor) -> None:
        self.given_by, self.given_at = actor, clock.now()
