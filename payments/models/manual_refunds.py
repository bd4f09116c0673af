"""A refund that its gateway cannot pay, paid by hand: one person says so, another confirms it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from core import clock
from core.fsm import StatusField
from payments.models.paying import Refund


class ManualRefund(models.Model):
    """One person's word that a refund was paid otherwise than by its gateway, and what another made of it."""

    class Way(models.TextChoices):
        WALLET = "wallet", _("to the customer's wallet")
        OUTSIDE = "outside", _("from our own bank account")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("waits for a second person")
        CONFIRMED = "confirmed", _("confirmed")
        REJECTED = "rejected", _("rejected")

    refund = models.ForeignKey(Refund, models.PROTECT, related_name="manual", verbose_name=_("refund"))
    way = models.CharField(_("paid"), max_length=8, choices=Way.choices)
    reference = models.CharField(_("number of the payment"), max_length=64, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    status = StatusField(_("status"), max_length=10, choices=Status.choices, default=Status.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    created_at = models.DateTimeField(_("proposed"), default=clock.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "confirmed", "rejected"]), name="manual_refund_status"
            ),
            models.CheckConstraint(condition=Q(way__in=["wallet", "outside"]), name="manual_refund_way"),
            models.CheckConstraint(
                condition=Q(way="wallet") | ~Q(reference=""), name="manual_refund_has_reference"
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=models.F("proposed_by")) | ~Q(status="confirmed"),
                name="manual_refund_two_people",
            ),
            models.UniqueConstraint(
                fields=["refund"], name="manual_refund_once", condition=~Q(status="rejected")
            ),
        ]
        verbose_name = _("refund by hand")
        verbose_name_plural = _("refunds by hand")

    def __str__(self) -> str:
        return f"{self.refund} · {self.get_status_display()}"

    @transition(
        status,
        source=[Status.PROPOSED],
        target=Status.CONFIRMED,
        custom={"label": _("Confirm"), "roles": ["finance", "supervisor"]},
    )
    def confirm(self, by, now) -> None:
        self.decided_by, self.decided_at = by, now

    @transition(
        status,
        source=[Status.PROPOSED],
        target=Status.REJECTED,
        custom={"label": _("Reject"), "roles": ["finance", "supervisor"]},
    )
    def reject(self, by, now) -> None:
        self.decided_by, self.decided_at = by, now
