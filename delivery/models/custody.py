"""The chain of custody: one row for every time that goods change hands."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock


class Custody(models.Model):
    """From whom to whom (a person, or a station's shelf), where and when. The last row says where the goods are."""

    class Act(models.TextChoices):
        PICKED_UP = "picked_up", _("picked up")
        SHELVED = "shelved", _("put on the shelf")
        FETCHED = "fetched", _("taken from the shelf")
        TRANSFERRED = "transferred", _("handed to another courier")
        COLLECTED = "collected", _("collected where it lay")
        DELIVERED = "delivered", _("delivered")
        BROUGHT_BACK = "brought_back", _("brought back")
        MISSED = "missed", _("not on the shelf")
        FOUND = "found", _("found again")

    class How(models.TextChoices):
        SCAN = "scan", _("code scanned")
        DIGITS = "digits", _("digits entered")
        BUTTON = "button", _("said so in the app")
        PHOTO = "photo", _("photo")
        WAIVED = "waived", _("without a photo, as a supervisor allowed")

    order = models.ForeignKey(
        "orders.Order", models.CASCADE, related_name="custody", verbose_name=_("order"), db_index=False
    )
    leg = models.ForeignKey(
        "delivery.Leg", models.CASCADE, related_name="custody", verbose_name=_("leg"), db_index=False
    )
    at = models.DateTimeField(_("when"), default=clock.now)
    act = models.CharField(_("what"), max_length=12, choices=Act.choices)
    how = models.CharField(_("how"), max_length=8, choices=How.choices)
    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("from"),
    )  # fmt: skip
    taker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("to"),
    )  # fmt: skip
    station = models.ForeignKey(
        "delivery.RelayStation", models.PROTECT, null=True, related_name="+", verbose_name=_("relay station"),
    )  # fmt: skip
    slot = models.PositiveSmallIntegerField(_("slot"), null=True)
    place = models.ForeignKey(
        "campus.Place", models.PROTECT, null=True, related_name="+", verbose_name=_("where"), db_index=False
    )
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    # From where it should have been, in metres; null: nobody knows.
    metres_away = models.PositiveIntegerField(_("metres away"), null=True)
    photo = models.ForeignKey(
        "orders.Photo", models.SET_NULL, null=True, related_name="+", verbose_name=_("photo"), db_index=False
    )

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["order", "at"], name="custody_of_order"),
            models.Index(fields=["order"], condition=models.Q(lat__isnull=False), name="custody_located"),
        ]
        verbose_name = _("hand-over")
        verbose_name_plural = _("chain of custody")

    def __str__(self) -> str:
        return f"{self.order_id} {self.act}"
