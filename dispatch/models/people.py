"""Whom a customer would like to see again, and who is never to meet again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from couriers.models.couriers import Courier


class Favourite(models.Model):
    """A courier whom a customer wants to be asked first."""

    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("customer")
    )
    courier = models.ForeignKey(
        Courier, models.CASCADE, related_name="favourite_of", verbose_name=_("courier")
    )
    created_at = models.DateTimeField(_("since"), default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "courier"], name="favourite_once")]
        verbose_name = _("favourite courier")
        verbose_name_plural = _("favourite couriers")

    def __str__(self) -> str:
        return f"{self.customer_id} → {self.courier_id}"


class Block(models.Model):
    """Two people who are never matched again, because one of them wants it so. The other is not told."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("wanted by")
    )
    other = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("the other")
    )
    created_at = models.DateTimeField(_("since"), default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["by", "other"], name="block_once"),
            models.CheckConstraint(condition=~Q(by=F("other")), name="block_of_another"),
        ]
        verbose_name = _("pair never to be matched")
        verbose_name_plural = _("pairs never to be matched")

    def __str__(self) -> str:
        return f"{self.by_id} × {self.other_id}"
