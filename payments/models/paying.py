"""What crosses a gateway: payments, refunds, and what gateways tell us."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import transition

from core import clock
from core.fsm import StatusField
from core.ids import new_no


class Payment(models.Model):
    """A customer's payment for one reference (an order, a tip) through one gateway."""

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting for payment")
        PAID = "paid", _("paid")
        CLOSED = "closed", _("closed")

    class Gateway(models.TextChoices):
        WALLET = "wallet", _("wallet")
        SANDBOX = "sandbox", _("sandbox cashier")
        WECHATPAY = "wechatpay", _("WeChat Pay")
        ALIPAY = "alipay", _("Alipay")

    class Purpose(models.TextChoices):
        ORDER = "order", _("order")
        TIP = "tip", _("tip")
        GOODS = "goods", _("goods beyond the budget")
        CHANGE = "change", _("another address")
        TOPUP = "topup", _("top-up of the wallet")

    no = models.CharField(max_length=16, unique=True, default=new_no)
    key = models.CharField(max_length=120, unique=True)  # the request's: asking twice makes one payment
    ref = models.CharField(max_length=32, db_index=True)
    purpose = models.CharField(max_length=16, choices=Purpose.choices, default=Purpose.ORDER)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="payments")
    campus = models.ForeignKey("campus.Campus", models.PROTECT, related_name="+")
    gateway = models.CharField(max_length=12, choices=Gateway.choices)
    amount = models.BigIntegerField()
    refunded = models.BigIntegerField(default=0)
    status = StatusField(max_length=8, choices=Status.choices, default=Status.PENDING)
    gateway_no = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    paid_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    # When the gateway is asked next what became of it; null when there is nothing left to ask.
    query_at = models.DateTimeField(null=True)
    queries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["pending", "paid", "closed"]), name="payment_status"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_positive"),
            models.CheckConstraint(
                condition=Q(refunded__gte=0) & Q(refunded__lte=F("amount")), name="payment_refund_le_paid"
            ),
        ]
        indexes = [
            models.Index(fields=["query_at"], name="payment_query", condition=Q(query_at__isnull=False)),
        ]
        verbose_name = _("payment")
        verbose_name_plural = _("payments")

    def __str__(self) -> str:
        return self.no

    @transition(
        status, source=[Status.PENDING, Status.CLOSED], target=Status.PAID, custom={"roles": ["system"]}
    )
    def settle(self, gateway_no: str = "", now=None) -> None:
        """The gateway has the money (it may also arrive after we closed: then it is refunded)."""
        self.gateway_no = gateway_no
        self.paid_at, self.query_at = now or clock.now(), None

    @transition(status, source=[Status.PENDING], target=Status.CLOSED, custom={"roles": ["system"]})
    def close(self, now=None) -> None:
        """Nobody paid in time, or another way was chosen. The gateway is told by the sweep."""
        self.query_at = now or clock.now()


class Refund(models.Model):
    """Money on its way back through the gateway that it came by."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("queued")
        DONE = "done", _("done")
        FAILED = "failed", pgettext_lazy("refund", "failed")

    class Reason(models.TextChoices):
        CANCELLED = "cancelled", _("order cancelled")
        COLLECTED = "collected", _("fetched by the customer")
        RETURNED = "returned", _("goods came back")
        GOODS_GONE = "goods_gone", _("goods lost")
        UNSPENT_BUDGET = "unspent_budget", _("goods cost less")
        ADDRESS_CHANGED = "address_changed", _("shorter way after a change")
        LATE_PAYMENT = "late_payment", _("paid too late")
        TICKET = "ticket", _("decided on a ticket")
        WALLET_RETURN = "wallet_return", _("top-up given back")

    no = models.CharField(max_length=16, unique=True, default=new_no)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    key = models.CharField(max_length=120)  # the request's; it may spread over several payments
    amount = models.BigIntegerField()
    reason = models.CharField(_("reason"), max_length=40, choices=Reason.choices)
    status = StatusField(max_length=8, choices=Status.choices, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    next_try_at = models.DateTimeField(null=True, default=clock.now)
    created_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["queued", "done", "failed"]), name="refund_status"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_positive"),
            models.UniqueConstraint(fields=["key", "payment"], name="refund_once"),
        ]
        indexes = [models.Index(fields=["next_try_at"], name="refund_due", condition=Q(status="queued"))]
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")

    def __str__(self) -> str:
        return self.no

    @transition(
        status, source=[Status.QUEUED, Status.FAILED], target=Status.DONE, custom={"roles": ["system"]}
    )
    def finish(self, now=None) -> None:
        self.done_at, self.next_try_at, self.error = now or clock.now(), None, ""

    @transition(status, source=[Status.QUEUED], target=Status.FAILED, custom={"roles": ["system"]})
    def give_up(self) -> None:
        self.next_try_at = None

    @transition(
        status,
        source=[Status.FAILED],
        target=Status.QUEUED,
        custom={"label": _("Send again"), "roles": ["finance", "supervisor"]},
    )
    def retry(self, now=None) -> None:
        self.attempts, self.next_try_at = 0, now or clock.now()


class GatewayNotice(models.Model):
    """A callback whose signature was right, kept so that the same one is never taken twice."""

    class Outcome(models.TextChoices):
        TAKEN = "taken", _("taken")
        REFUSED = "refused", _("refused")

    gateway = models.CharField(max_length=12, choices=Payment.Gateway.choices)
    nonce = models.CharField(max_length=64)
    payment_no = models.CharField(max_length=16)
    amount = models.BigIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "nonce"], name="gateway_notice_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=["taken", "refused"]), name="gateway_notice_outcome"
            ),
        ]
        verbose_name = _("gateway notice")
        verbose_name_plural = _("gateway notices")

    def __str__(self) -> str:
        return f"{self.gateway} {self.payment_no} {self.outcome}"
