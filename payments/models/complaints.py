"""Complaints that customers make at the provider by which they paid, and what we say there."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from core import clock
from core.fsm import StatusField
from payments.models.paying import Payment


class Complaint(models.Model):
    """One complaint as its provider numbers it. What it says is asked for after the provider has told of it: until then it
    is only `HEARD` of."""

    class Status(models.TextChoices):
        HEARD = "heard", _("heard of")
        OPEN = "open", _("to be answered")
        FINISHED = "finished", _("answered for good")
        ENDED = "ended", _("over at the provider")

    gateway = models.CharField(_("paid by"), max_length=12, choices=Payment.Gateway.choices)
    no = models.CharField(_("number at the provider"), max_length=64)
    # Of ours; none where the provider names one that we do not know.
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, related_name="complaints", verbose_name=_("payment")
    )
    status = StatusField(_("status"), max_length=8, choices=Status.choices, default=Status.HEARD)
    words = models.CharField(_("in their words"), max_length=500, blank=True)
    reason = models.CharField(_("reason"), max_length=80, blank=True)
    opened_at = models.DateTimeField(_("complained"), null=True)
    # The provider's own deadlines.
    answer_by = models.DateTimeField(_("to be answered by"), null=True)
    due_at = models.DateTimeField(_("to be settled by"), null=True)
    provider_status = models.CharField(_("status at the provider"), max_length=32, blank=True)
    heard_at = models.DateTimeField(_("heard of"), default=clock.now)
    # When the provider is asked next what it says; null when there is nothing to ask.
    query_at = models.DateTimeField(null=True)
    queries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "no"], name="complaint_once"),
            models.CheckConstraint(
                condition=Q(status__in=["heard", "open", "finished", "ended"]), name="complaint_status"
            ),
        ]
        indexes = [
            models.Index(fields=["query_at"], name="complaint_query", condition=Q(query_at__isnull=False))
        ]
        verbose_name = _("complaint at a provider")
        verbose_name_plural = _("complaints at providers")

    def __str__(self) -> str:
        return f"{self.get_gateway_display()} {self.no}"

    @property
    def is_over(self) -> bool:
        return self.status in (self.Status.FINISHED, self.Status.ENDED)

    @transition(
        status,
        source=[Status.HEARD, Status.FINISHED, Status.ENDED],
        target=Status.OPEN,
        custom={"label": _("Open"), "roles": ["system"]},
    )
    def open(self) -> None:
        """Its words are here, or its customer goes on with it."""

    @transition(
        status,
        source=[Status.OPEN],
        target=Status.FINISHED,
        custom={"label": _("Answered for good"), "roles": ["operator"]},
    )
    def finish(self) -> None:
        """We have told the provider that it is settled."""

    @transition(
        status,
        source=[Status.HEARD, Status.OPEN, Status.FINISHED],
        target=Status.ENDED,
        custom={"label": _("Over"), "roles": ["system"]},
    )
    def end(self) -> None:
        """The provider says that it is over: withdrawn, or accepted."""


class ComplaintReply(models.Model):
    """Something that we say at the provider: it goes out by itself, as often as needed."""

    class Kind(models.TextChoices):
        ANSWER = "answer", _("answer")
        FINISH = "finish", _("answered for good")

    class Outcome(models.TextChoices):
        REFUNDED = "refunded", _("paid back")
        AGREED = "agreed", _("settled with the customer")
        OTHER = "other", _("otherwise")

    class Status(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not taken")

    complaint = models.ForeignKey(
        Complaint, models.CASCADE, related_name="replies", verbose_name=_("complaint")
    )
    kind = models.CharField(_("what"), max_length=8, choices=Kind.choices)
    words = models.CharField(_("words"), max_length=200)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    key = models.CharField(max_length=120, unique=True)
    status = StatusField(_("status"), max_length=8, choices=Status.choices, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(_("error"), max_length=200, blank=True)
    next_try_at = models.DateTimeField(null=True, default=clock.now)
    created_at = models.DateTimeField(_("written"), default=clock.now)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["queued", "sent", "failed"]), name="complaint_reply_status"
            )
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="complaint_reply_due", condition=Q(status="queued"))
        ]
        verbose_name = _("reply to a complaint")
        verbose_name_plural = _("replies to complaints")

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.kind}"

    @transition(status, source=[Status.QUEUED], target=Status.SENT, custom={"roles": ["system"]})
    def send(self) -> None:
        self.sent_at, self.next_try_at, self.error = clock.now(), None, ""

    @transition(status, source=[Status.QUEUED], target=Status.FAILED, custom={"roles": ["system"]})
    def give_up(self) -> None:
        self.next_try_at = None
