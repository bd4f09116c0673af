"""The ledger's rows: accounts, and the movements between them, once and for ever."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock


class Account(models.Model):
    """One owner's money of one kind. `code` is its name, made of its kind and its owner."""

    class Kind(models.TextChoices):
        WALLET = "wallet", _("customer wallet")
        ESCROW = "escrow", _("order escrow")
        COURIER_EARNINGS = "courier_earnings", _("courier earnings, on hold")
        COURIER_WITHDRAWABLE = "courier_withdrawable", _("courier earnings, withdrawable")
        MERCHANT_PAYABLE = "merchant_payable", _("merchant payable")
        PLATFORM_INCOME = "platform_income", _("platform income")
        PLATFORM_COMPENSATION = "platform_compensation", _("compensation paid by the platform")
        PROMOTION_COST = "promotion_cost", _("promotion cost")
        GATEWAY = "gateway", _("gateway clearing")
        REFUND_CLEARING = "refund_clearing", _("refunds on their way")
        WITHDRAWALS = "withdrawals", _("withdrawals on their way")
        TIPS = "tips", _("tips")
        INSURANCE = "insurance", _("insurance")

    # Kinds that may never go below zero.
    GUARDED = (
        Kind.WALLET,
        Kind.ESCROW,
        Kind.COURIER_EARNINGS,
        Kind.COURIER_WITHDRAWABLE,
        Kind.MERCHANT_PAYABLE,
        Kind.REFUND_CLEARING,
        Kind.WITHDRAWALS,
    )

    code = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=24, choices=Kind.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="accounts"
    )
    campus = models.ForeignKey("campus.Campus", models.PROTECT, null=True, blank=True, related_name="+")
    merchant = models.ForeignKey("catalog.Merchant", models.PROTECT, null=True, blank=True, related_name="+")
    ref = models.CharField(max_length=32, blank=True, help_text=_("The order's number, for escrow"))
    balance = models.BigIntegerField(default=0)
    guarded = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(guarded=False) | Q(balance__gte=0), name="account_no_overdraft"
            ),
        ]
        indexes = [models.Index(fields=["kind", "user"], name="account_owner")]
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.code


class Reason(models.TextChoices):
    """Why money moved: what people read beside the amount."""

    PAY_ORDER = "pay_order", _("Paid for an order")
    PAY_TIP = "pay_tip", _("Tip")
    PAY_GOODS = "pay_goods", _("Paid more for the goods")
    PAY_CHANGE = "pay_change", _("Paid more for another address")
    TOPUP = "topup", _("Top-up")
    REFUND = "refund", _("Refund")
    REFUND_SENT = "refund_sent", _("Refund arrived at the payment provider")
    REFUND_BY_HAND = "refund_by_hand", _("Refund paid by hand")
    COMPENSATION = "compensation", _("Compensation")
    SALE = "sale", _("Goods sold")
    COURIER_FEE = "courier_fee", _("Delivery fee")
    GOODS_REPAID = "goods_repaid", _("Goods bought for a customer")
    BONUS = "bonus", _("Bonus")
    EARNINGS_RELEASED = "earnings_released", _("Earnings can be withdrawn now")
    GIFT = "gift", _("Gift from the platform")
    TOPUP_BACK = "topup_back", _("Top-up given back")
    WITHDRAWAL = "withdrawal", _("Withdrawal asked for")
    WITHDRAWAL_PAID = "withdrawal_paid", _("Withdrawal paid")
    WITHDRAWAL_BACK = "withdrawal_back", _("Withdrawal came back")
    CLAWBACK = "clawback", _("Pay taken back")


class Transfer(models.Model):
    """A movement of money between accounts, once and for ever. `key` makes repeating it harmless."""

    key = models.CharField(max_length=120, unique=True)
    reason = models.CharField(max_length=40, choices=Reason.choices)
    ref = models.CharField(max_length=32, blank=True, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.ref}".strip()


class Entry(models.Model):
    """One side of a transfer. Entries are only ever added, and move the balance of their account as they are: the
    database sees to it, and to their adding up to zero (payments/ledger_constraints.py)."""

    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries")
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="entry_not_zero"),
            models.UniqueConstraint(fields=["transfer", "account"], name="entry_once_per_account"),
        ]
        verbose_name = _("entry")
        verbose_name_plural = _("entries")

    def __str__(self) -> str:
        return f"{self.account} {self.amount:+}"
