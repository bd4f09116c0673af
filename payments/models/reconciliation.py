"""What comparing the books with others, and with themselves, has found."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from accounts.models import Actor
from core import clock
from core.fsm import StatusField
from payments.models.paying import Payment


class Scope(models.TextChoices):
    """What is looked at: our own books, or the bill of a gateway (they have the gateways' names)."""

    BOOKS = "books", _("our own books")
    SANDBOX = Payment.Gateway.SANDBOX.value, Payment.Gateway.SANDBOX.label
    WECHATPAY = Payment.Gateway.WECHATPAY.value, Payment.Gateway.WECHATPAY.label
    ALIPAY = Payment.Gateway.ALIPAY.value, Payment.Gateway.ALIPAY.label


class Reconciliation(models.Model):
    """One comparison. The nightly ones are one for each scope and day, tried again until they have been done."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        FAILED = "failed", _("no bill yet")

    scope = models.CharField(_("what is compared"), max_length=12, choices=Scope.choices)
    since_day = models.DateField(_("first day"))
    day = models.DateField(_("last day"))
    by_hand = models.BooleanField(_("by hand"), default=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    status = StatusField(_("status"), max_length=8, choices=Status.choices, default=Status.WAITING)
    lines = models.PositiveIntegerField(_("lines of the bill"), default=0)
    found = models.PositiveIntegerField(_("found"), default=0)
    error = models.CharField(_("error"), max_length=200, blank=True)
    next_try_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("created"), default=clock.now)
    done_at = models.DateTimeField(_("done at"), null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "done", "failed"]), name="reconciliation_status"
            ),
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="reconciliation_scope"),
            models.UniqueConstraint(
                fields=["scope", "day"], condition=Q(by_hand=False), name="reconciliation_nightly"
            ),
        ]
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")

    def __str__(self) -> str:
        return f"{self.get_scope_display()} {self.day}"

    @transition(
        status, source=[Status.WAITING, Status.FAILED], target=Status.DONE, custom={"roles": ["system"]}
    )
    def finish(self, *, lines: int, found: int, now) -> None:
        self.lines, self.found, self.error = lines, found, ""
        self.done_at, self.next_try_at = now, None

    @transition(
        status, source=[Status.WAITING, Status.FAILED], target=Status.FAILED, custom={"roles": ["system"]}
    )
    def fail(self, error: str) -> None:
        self.error = error[:200]


class Discrepancy(models.Model):
    """Something that does not agree. The same thing found again is the same row, until it is settled."""

    class Kind(models.TextChoices):
        MISSING_HERE = "missing_here", _("in the bill, not in our books")
        MISSING_THERE = "missing_there", _("in our books, not in the bill")
        DOUBLE = "double", _("booked twice")
        WRONG_AMOUNT = "wrong_amount", _("another amount")
        WRONG_PAYEE = "wrong_payee", _("booked to another account")
        ESCROW_LEFT = "escrow_left", _("money left over for a finished order")
        STUCK_PAYMENT = "stuck_payment", _("payment without an end")
        STUCK_REFUND = "stuck_refund", _("refund that does not arrive")
        BALANCE = "balance", _("a balance is not what its entries make")
        UNBALANCED = "unbalanced", _("a transfer does not add up")
        OVERDRAWN = "overdrawn", _("an account is below zero")
        REFUNDED = "refunded", _("a payment counts its refunds wrongly")
        PAID = "paid", _("payments and ledger differ")
        ON_THE_WAY = "on_the_way", _("what is on its way and its account differ")
        UNGUARDED = "unguarded", _("the database does not keep a rule of the ledger")

    class Status(models.TextChoices):
        OPEN = "open", _("unexplained")
        SETTLED = "settled", _("settled")

    scope = models.CharField(_("found in"), max_length=12, choices=Scope.choices)
    kind = models.CharField(_("what is wrong"), max_length=16, choices=Kind.choices)
    no = models.CharField(
        _("number"), max_length=120, help_text=_("Of the payment, refund, order, account or transfer.")
    )
    ref = models.CharField(_("order"), max_length=32, blank=True)
    fen = models.BigIntegerField(_("difference"))
    status = StatusField(_("status"), max_length=8, choices=Status.choices, default=Status.OPEN)
    first = models.ForeignKey(
        Reconciliation, models.PROTECT, related_name="+", verbose_name=_("first found by")
    )
    last = models.ForeignKey(
        Reconciliation, models.PROTECT, related_name="discrepancies", verbose_name=_("last found by")
    )
    note = models.CharField(
        _("explanation"),
        max_length=300,
        blank=True,
        help_text=_("What it was. Writing it settles the finding."),
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("settled by")
    )
    settled_at = models.DateTimeField(_("settled at"), null=True)
    created_at = models.DateTimeField(_("found at"), default=clock.now)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=["open", "settled"]), name="discrepancy_status"),
            models.UniqueConstraint(
                fields=["scope", "kind", "no"], condition=Q(status="open"), name="discrepancy_open_once"
            ),
        ]
        verbose_name = _("finding")
        verbose_name_plural = _("findings")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.no}"

    @transition(
        status,
        source=[Status.OPEN],
        target=Status.SETTLED,
        custom={"label": _("Settle"), "roles": ["finance", "supervisor"]},
    )
    def settle(self, *, note: str = "", actor: Actor = None, now) -> None:
        """By a person who knows what it was, or by a comparison that does not find it any more (`actor` None)."""
        self.note, self.settled_by, self.settled_at = note, actor, now
