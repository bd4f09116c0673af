"""Codes to be scanned: on a screen for a minute and used once, or on a poster at a place."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.ids import new_code, new_no

_signer = Signer(salt="delivery.scan", sep=".")


class ScanCode(models.Model):
    """Whoever shows a code, gives; whoever scans it, takes over."""

    class Purpose(models.TextChoices):
        PLACE = "place", _("poster at a place")
        PICKUP = "pickup", _("goods to be fetched")
        HAND_IN = "hand_in", _("onto the shelf")
        HAND_OUT = "hand_out", _("off the shelf")
        TRANSFER = "transfer", _("to another courier")
        RECEIVE = "receive", _("another courier agrees")

    key = models.CharField(max_length=16, unique=True, default=new_no, editable=False)
    digits = models.CharField(_("digits"), max_length=4, default=new_code)
    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose.choices)
    campus = models.ForeignKey("campus.Campus", models.CASCADE, related_name="+", verbose_name=_("campus"))
    place = models.ForeignKey(
        "campus.Place", models.CASCADE, null=True, related_name="+", verbose_name=_("place")
    )
    leg = models.ForeignKey(
        "delivery.Leg", models.CASCADE, null=True, related_name="codes", verbose_name=_("leg")
    )
    shown_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("shown by")
    )
    created_at = models.DateTimeField(_("made"), default=clock.now)
    expires_at = models.DateTimeField(_("valid until"), null=True)  # null: a poster, for as long as it hangs
    used_at = models.DateTimeField(_("used"), null=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("used by")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place"], condition=Q(purpose="place"), name="one_poster_a_place"
            ),
            models.CheckConstraint(
                condition=Q(purpose="place", place__isnull=False, expires_at__isnull=True)
                | (~Q(purpose="place") & Q(leg__isnull=False, expires_at__isnull=False)),
                name="code_of_place_or_leg",
            ),
        ]
        indexes = [
            models.Index(fields=["campus", "digits"], name="code_digits", condition=Q(used_at__isnull=True)),
        ]
        verbose_name = _("scan code")
        verbose_name_plural = _("scan codes")

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.key}"

    @property
    def signed(self) -> str:
        """What the square says. A key that was made up elsewhere is refused without a look into the database."""
        return _signer.sign(self.key)

    @staticmethod
    def key_of(signed: str) -> str | None:
        """The key in a genuine signed text, else None."""
        try:
            return _signer.unsign(signed)
        except BadSignature:
            return None
