"""Who called whom about which order, and the masked numbers that were bound for it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.phones import MAX_LENGTH, mask_phone


class CallRole(models.TextChoices):
    """In which part somebody calls or is called. The receiver is whom the order names, if not the customer."""

    CUSTOMER = "customer", _("customer")
    RECEIVER = "receiver", _("receiver")
    COURIER = "courier", _("courier")
    OPERATOR = "operator", _("customer service")


class NumberBinding(models.Model):
    """A masked number X that a provider binds to a pair (AXB): when A dials it B's phone rings, and the other way round.

    Made before the provider is asked (`number` is empty until it has answered), so that an order which ends meanwhile
    finds it. Ended when there is no need for it any more; released when the provider has let go of it.
    """

    campus = models.ForeignKey("campus.Campus", models.PROTECT, related_name="+", verbose_name=_("campus"))
    provider = models.CharField(_("provider"), max_length=16)
    ref = models.CharField(_("the provider's name for it"), max_length=64, blank=True)
    number = models.CharField(_("masked number"), max_length=20, blank=True)
    order_no = models.CharField(_("order"), max_length=16)
    leg_no = models.CharField(_("leg"), max_length=16, blank=True)
    ticket_no = models.CharField(_("ticket"), max_length=16, blank=True)
    a_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    a_role = models.CharField(max_length=8, choices=CallRole.choices)
    a_phone = models.CharField(max_length=MAX_LENGTH)
    b_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    b_role = models.CharField(max_length=8, choices=CallRole.choices)
    b_phone = models.CharField(max_length=MAX_LENGTH)
    created_at = models.DateTimeField(_("made"), default=clock.now)
    expires_at = models.DateTimeField(_("expires"))
    ended_at = models.DateTimeField(_("needed until"), null=True)
    released_at = models.DateTimeField(_("returned to the provider"), null=True)
    # The sweep looks here: to renew it, or to give it back; null when there is nothing left to do.
    next_try_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    redacted_at = models.DateTimeField(null=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "ref"], name="binding_ref_once", condition=~models.Q(ref="")
            ),
            models.UniqueConstraint(
                fields=["order_no", "ticket_no", "a_phone", "b_phone"],
                name="binding_of_pair_once",
                condition=models.Q(ended_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="binding_due", condition=models.Q(next_try_at__isnull=False)
            ),
            models.Index(fields=["order_no"], name="binding_of_order"),
            models.Index(
                fields=["created_at"], name="binding_age", condition=models.Q(redacted_at__isnull=True)
            ),
        ]
        verbose_name = _("masked number")
        verbose_name_plural = _("masked numbers")

    def __str__(self) -> str:
        return f"{self.order_no} {self.number}".strip()


class CallAttempt(models.Model):
    """One attempt to call: written before the number is given out, completed when the provider tells how it went."""

    class Result(models.TextChoices):
        ASKED = "asked", _("number given out")
        ANSWERED = "answered", _("answered")
        UNANSWERED = "unanswered", _("not answered")
        BUSY = "busy", _("busy")
        OFF = "off", _("switched off or not reachable")
        REJECTED = "rejected", _("rejected")
        FAILED = "failed", _("not connected")

    campus = models.ForeignKey("campus.Campus", models.PROTECT, related_name="+", verbose_name=_("campus"))
    order_no = models.CharField(_("order"), max_length=16)
    leg_no = models.CharField(_("leg"), max_length=16, blank=True)
    ticket_no = models.CharField(_("ticket"), max_length=16, blank=True)
    # Null when a receiver, who has no account, calls back.
    caller = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="calls_made",
        verbose_name=_("caller"),
    )
    caller_role = models.CharField(_("caller's part"), max_length=8, choices=CallRole.choices)
    # Null for a receiver, who is a name and a number on the order.
    callee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="calls_got",
        verbose_name=_("called"),
    )
    callee_role = models.CharField(_("called person's part"), max_length=8, choices=CallRole.choices)
    callee_phone = models.CharField(max_length=MAX_LENGTH)
    provider = models.CharField(_("provider"), max_length=16)
    binding = models.ForeignKey(NumberBinding, models.PROTECT, null=True, related_name="calls")
    at = models.DateTimeField(_("at"), default=clock.now)
    result = models.CharField(_("result"), max_length=10, choices=Result.choices, default=Result.ASKED)
    seconds = models.PositiveIntegerField(_("duration (s)"), null=True)
    # The provider's name for the call: reported twice, it is stored once (idempotency key).
    provider_call = models.CharField(max_length=64, null=True)
    redacted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "provider_call"], name="call_once"),
            models.CheckConstraint(
                condition=models.Q(
                    result__in=["asked", "answered", "unanswered", "busy", "off", "rejected", "failed"]
                ),
                name="call_result",
            ),
        ]
        indexes = [
            models.Index(fields=["order_no"], name="call_of_order"),
            models.Index(fields=["at"], name="call_age", condition=models.Q(redacted_at__isnull=True)),
        ]
        verbose_name = _("phone call")
        verbose_name_plural = _("phone calls")

    def __str__(self) -> str:
        return f"{self.order_no} {self.caller_role} → {self.callee_role}"

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.callee_phone)
