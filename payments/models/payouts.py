"""Money on its way out to a person's own account."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from core import clock
from core.crypto import EncryptedTextField
from core.fsm import StatusField
from core.ids import new_no
from core.masking import mask_account
from payments.models.ledger import Account


class Withdrawal(models.Model):
    """Somebody asks for money of theirs; another person approves it; it is paid, or it comes back."""

    class Channel(models.TextChoices):
        WECHATPAY = "wechatpay", _("WeChat")
        ALIPAY = "alipay", _("Alipay")
        BANK = "bank", _("bank card")
        SANDBOX = "sandbox", _("sandbox account")

    class Source(models.TextChoices):
        WALLET = "wallet", _("wallet")
        COURIER = "courier", _("courier's earnings")
        MERCHANT = "merchant", _("merchant's sales")

    class Status(models.TextChoices):
        REQUESTED = "requested", _("waiting for approval")
        APPROVED = "approved", _("approved, being paid")
        PAID = "paid", _("paid")
        REFUSED = "refused", _("refused")
        CANCELLED = "cancelled", _("taken back")
        FAILED = "failed", _("could not be paid")

    # The money has left its account and has arrived nowhere yet.
    ON_THE_WAY = (Status.REQUESTED, Status.APPROVED)
    # The account that each source is.
    ACCOUNTS = {
        Source.WALLET: Account.Kind.WALLET,
        Source.COURIER: Account.Kind.COURIER_WITHDRAWABLE,
        Source.MERCHANT: Account.Kind.MERCHANT_PAYABLE,
    }

    no = models.CharField(_("number"), max_length=16, unique=True, default=new_no)
    key = models.CharField(max_length=120, unique=True)  # the request's: asking twice makes one
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="withdrawals", verbose_name=_("for")
    )
    merchant = models.ForeignKey(
        "catalog.Merchant", models.PROTECT, null=True, related_name="+", verbose_name=_("merchant")
    )
    campus = models.ForeignKey("campus.Campus", models.PROTECT, related_name="+", verbose_name=_("campus"))
    source = models.CharField(_("out of"), max_length=8, choices=Source.choices)
    amount = models.BigIntegerField(_("amount"))
    channel = models.CharField(_("paid to"), max_length=12, choices=Channel.choices)
    holder = EncryptedTextField(_("account holder"), max_length=40)
    account_no = EncryptedTextField(_("account number"), max_length=64)
    bank = models.CharField(_("bank"), max_length=40, blank=True)
    openid = models.CharField(
        max_length=64, blank=True
    )  # the person's name at WeChat, where it pays by itself
    status = StatusField(_("status"), max_length=10, choices=Status.choices, default=Status.REQUESTED)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    reason = models.CharField(_("reason"), max_length=120, blank=True)
    gateway_no = models.CharField(_("number of the payment"), max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=200, blank=True)
    # When the gateway is asked next; null while it is nobody's turn but a person's.
    next_try_at = models.DateTimeField(null=True)
    taken = models.BooleanField(
        _("taken by the provider"), default=False
    )  # so nobody pays it by hand meanwhile
    confirm = models.TextField(
        blank=True
    )  # what WeChat's window wants to hear before the person takes the money
    created_at = models.DateTimeField(_("requested"), default=clock.now)
    decided_at = models.DateTimeField(_("decided"), null=True)
    done_at = models.DateTimeField(_("done"), null=True)
    redacted_at = models.DateTimeField(null=True, editable=False)  # its account was masked for good

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["requested", "approved", "paid", "refused", "cancelled", "failed"]),
                name="withdrawal_status",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="withdrawal_positive"),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="withdrawal_of_user"),
            models.Index(
                fields=["next_try_at"], name="withdrawal_due", condition=Q(next_try_at__isnull=False)
            ),
        ]
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")

    def __str__(self) -> str:
        return self.no

    @property
    def masked_account(self) -> str:
        return mask_account(self.account_no)

    @transition(
        status,
        source=[Status.REQUESTED],
        target=Status.APPROVED,
        custom={"label": _("Approve"), "roles": ["finance", "supervisor"]},
    )
    def approve(self, by, now) -> None:
        self.decided_by, self.decided_at = by, now

    @transition(
        status,
        source=[Status.REQUESTED],
        target=Status.REFUSED,
        custom={"label": _("Refuse"), "roles": ["finance", "supervisor"]},
    )
    def refuse(self, by, reason: str, now) -> None:
        self.decided_by, self.decided_at, self.done_at, self.reason = by, now, now, reason

    @transition(
        status,
        source=[Status.REQUESTED],
        target=Status.CANCELLED,
        custom={"label": _("Take back"), "roles": ["requester"]},
    )
    def cancel(self, now) -> None:
        self.done_at = now

    @transition(
        status,
        source=[Status.APPROVED],
        target=Status.PAID,
        custom={"label": _("Paid"), "roles": ["system", "finance", "supervisor"]},
    )
    def finish(self, gateway_no: str, now) -> None:
        self.gateway_no, self.done_at, self.next_try_at, self.error = gateway_no, now, None, ""
        self.confirm = ""

    @transition(
        status,
        source=[Status.APPROVED],
        target=Status.FAILED,
        custom={"label": _("Could not be paid"), "roles": ["system", "finance", "supervisor"]},
    )
    def fail(self, reason: str, now) -> None:
        self.reason, self.done_at, self.next_try_at, self.confirm = reason, now, None, ""
