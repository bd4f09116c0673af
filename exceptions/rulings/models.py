"""What exceptions are worth, and what was decided."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from exceptions.library.models import ExceptionType
from exceptions.tickets.models import Ticket


class CompensationRule(models.Model):
    """What a type of exception is worth, by formula. A change makes a new version; rulings keep theirs."""

    class Formula(models.TextChoices):
        TIER_BY_MINUTES_LATE = "tier_by_minutes_late", _("tiers by minutes late")
        SHARE_OF_GOODS_VALUE = "share_of_goods_value", _("share of the goods' value")
        DELIVERY_FEE = "delivery_fee", _("the delivery fee")
        FIXED = "fixed", _("a fixed amount")

    class BorneBy(models.TextChoices):
        PLATFORM = "platform", _("platform")
        COURIER = "courier", _("courier (up to the pay of this order)")
        MERCHANT = "merchant", _("merchant (up to what this sale brought)")
        INSURANCE = "insurance", _("insurance")

    campus = models.ForeignKey(
        "campus.Campus", models.CASCADE, related_name="compensation_rules", verbose_name=_("campus")
    )
    type = models.ForeignKey(
        ExceptionType, models.CASCADE, related_name="compensation_rules", verbose_name=_("type")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_live = models.BooleanField(_("live"), default=True, editable=False)
    formula = models.CharField(_("formula"), max_length=24, choices=Formula.choices)
    # tier_by_minutes_late: [[minutes, fen], …] · share_of_goods_value: {"grades": {"light": 30, …}} · fixed: {"fen": n}
    params = models.JSONField(_("figures"), default=dict, blank=True)
    cap_fen = models.PositiveIntegerField(_("at most (fen)"), default=10000)
    borne_by = models.CharField(
        _("borne by"), max_length=10, choices=BorneBy.choices, default=BorneBy.PLATFORM
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["campus", "type", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["campus", "type", "version"], name="compensation_rule_version"),
            models.UniqueConstraint(
                fields=["campus", "type"], condition=Q(is_live=True), name="one_live_compensation_rule"
            ),
        ]
        verbose_name = _("compensation rule")
        verbose_name_plural = _("compensation rules")

    def __str__(self) -> str:
        return f"{self.type_id} v{self.version}"


class Ruling(models.Model):
    """A decision with consequences: money to the customer, a warning or points for the courier."""

    class Kind(models.TextChoices):
        REFUND = "refund", _("refund")
        COMPENSATION = "compensation", _("compensation")
        WARNING = "warning", _("warning")
        POINTS = "points", _("points taken")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="rulings")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    courier = models.ForeignKey("dispatch.Courier", models.PROTECT, null=True, related_name="rulings")
    amount_fen = models.PositiveIntegerField(default=0)
    borne_by = models.CharField(max_length=10, choices=CompensationRule.BorneBy.choices, blank=True)
    points = models.PositiveSmallIntegerField(default=0)
    rule = models.ForeignKey(CompensationRule, models.PROTECT, null=True, related_name="rulings")
    ruled_fen = models.PositiveIntegerField(null=True)  # what the rule said, where the operator deviated
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=80, unique=True)  # the button press: twice is once
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
