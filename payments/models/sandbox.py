"""The sandbox cashier's own books: what a payment provider would keep on its side. Only gateways/sandbox reads and
writes them, so that queries, refunds and bills are answered by someone other than our ledger."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.crypto import EncryptedTextField


class SandboxBill(models.Model):
    """What the sandbox cashier was asked to collect."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        PAID = "paid", _("paid")
        CLOSED = "closed", _("closed")

    no = models.CharField(max_length=24, unique=True)
    payment_no = models.CharField(max_length=16, unique=True)
    amount = models.BigIntegerField()
    refunded = models.BigIntegerField(default=0)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["open", "paid", "closed"]), name="sandbox_bill_status"
            ),
            models.CheckConstraint(
                condition=Q(refunded__gte=0) & Q(refunded__lte=F("amount")), name="sandbox_refund_le_paid"
            ),
        ]

    def __str__(self) -> str:
        return self.no


class SandboxRefund(models.Model):
    """What the sandbox cashier gave back."""

    bill = models.ForeignKey(SandboxBill, models.PROTECT, related_name="refunds")
    refund_no = models.CharField(max_length=16, unique=True)
    amount = models.BigIntegerField()
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.refund_no


class SandboxTransfer(models.Model):
    """What the sandbox paid out to somebody's account with it."""

    withdrawal_no = models.CharField(max_length=16, unique=True)
    account_no = EncryptedTextField(max_length=64)
    amount = models.BigIntegerField()
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.withdrawal_no
