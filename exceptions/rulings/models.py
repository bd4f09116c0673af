"""What was decided about a ticket."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from exceptions.library.models import CompensationRule
from exceptions.tickets.models import Ticket


class Ruling(models.Model):
    """A decision with consequences: money to the customer, a warning or points for the courier.

    Who bore the money, share by share, stands in `shares`.
    """

    class Kind(models.TextChoices):
        REFUND = "refund", _("refund")
        COMPENSATION = "compensation", _("compensation")
        WARNING = "warning", _("warning")
        POINTS = "points", _("points taken")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="rulings")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    courier = models.ForeignKey("couriers.Courier", models.PROTECT, null=True, related_name="rulings")
    amount_fen = models.PositiveIntegerField(default=0)
    points = models.PositiveSmallIntegerField(default=0)
    rule = models.ForeignKey(CompensationRule, models.PROTECT, null=True, related_name="rulings")
    ruled_fen = models.PositiveIntegerField(null=True)  # what the rule said, where the operator deviated
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=80, unique=True)  # idempotency key: the button press
    created_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True)  # a warning or points taken back; money is never

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["refund", "compensation", "warning", "points"]), name="ruling_kind"
            )
        ]
        indexes = [models.Index(fields=["courier", "-created_at"], name="ruling_of_courier")]
        verbose_name = _("ruling")
        verbose_name_plural = _("rulings")

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"


class RulingShare(models.Model):
    """What one payer bore of a ruling, as the ledger has it: who was meant to pay may have had less."""

    class Payer(models.TextChoices):
        PLATFORM = "platform", _("platform")
        COURIER = "courier", _("courier")
        MERCHANT = "merchant", _("merchant")
        INSURANCE = "insurance", _("insurance")
        CUSTOMER = "customer", _("customer")
        ORDER = "order", _("what was held for the order")

    ruling = models.ForeignKey(Ruling, models.CASCADE, related_name="shares")
    payer = models.CharField(_("borne by"), max_length=10, choices=Payer.choices)
    fen = models.PositiveIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["ruling", "payer"], name="ruling_share_once"),
            models.CheckConstraint(
                condition=Q(
                    payer__in=["platform", "courier", "merchant", "insurance", "customer", "order"], fen__gt=0
                ),
                name="ruling_share",
            ),
        ]
        verbose_name = _("share of a ruling")
        verbose_name_plural = _("shares of rulings")

    def __str__(self) -> str:
        return f"{self.ruling_id} {self.payer}"
