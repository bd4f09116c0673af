"""A notice on its way to a person: one row a delivery channel, from the moment it is decided until it has ended."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from core import clock
from core.crypto import EncryptedTextField
from core.fsm import StatusField
from notifications.kinds import ChannelName
from notifications.models.notices import Notice


class Send(models.Model):
    """One notice by one channel.

    `next_try_at` is when it is looked at again: when it may be tried, or, in flight, when whoever tries it must be
    dead. It is empty when it has ended.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waits for the morning")
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("in flight")
        FAILED = "failed", _("failed, will be tried again")
        SENT = "sent", _("sent")
        BUNDLED = "bundled", _("sent with others in one message")
        UNCLEAR = "unclear", _("unclear: may have arrived")
        DROPPED = "dropped", _("no longer needed")
        GIVEN_UP = "given_up", _("given up")

    DUE = (Status.QUEUED, Status.FAILED)
    ENDED_BADLY = (Status.UNCLEAR, Status.DROPPED, Status.GIVEN_UP)

    # Goes out whatever the clock says: one that is set back would hold it up for as long.
    FIRST_TRY = models.Q(attempts=0, next_try_at=models.F("created_at"))

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="sends", verbose_name=_("notice"))
    # To this number instead of the person's present one: it counted until it was changed.
    number = EncryptedTextField(blank=True, default="")
    elsewhere = models.BooleanField(default=False)
    channel = models.CharField(_("channel"), max_length=8, choices=ChannelName.choices)
    provider = models.CharField(_("provider"), max_length=20, blank=True)
    severity = models.PositiveSmallIntegerField(_("severity"))
    status = StatusField(_("status"), max_length=8, choices=Status.choices, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"), null=True, default=clock.now)
    expires_at = models.DateTimeField(_("of use until"))
    error = models.CharField(_("error"), max_length=200, blank=True)
    provider_no = models.CharField(_("provider's number"), max_length=120, blank=True)
    # Made because the circuit of this other channel is open: when one has arrived, the other is not needed.
    stands_in_for = models.ForeignKey("self", models.CASCADE, null=True, related_name="stand_ins")
    bundle = models.ForeignKey("self", models.SET_NULL, null=True, related_name="bundled")
    created_at = models.DateTimeField(_("created"), default=clock.now)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel", "elsewhere"], name="send_once_per_channel"),
            models.CheckConstraint(
                condition=models.Q(
                    status__in=[
                        "waiting", "queued", "sending", "failed", "sent", "bundled", "unclear", "dropped", "given_up",
                    ]
                ),
                name="send_status",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["severity", "next_try_at"],
                name="send_due",
                condition=models.Q(next_try_at__isnull=False),
            ),
            models.Index(fields=["created_at"], name="send_created"),
        ]
        verbose_name = _("send")
        verbose_name_plural = _("sends")

    def __str__(self) -> str:
        return f"{self.get_channel_display()} · {self.notice}"

    @transition(status, source=[Status.WAITING], target=Status.QUEUED, custom={"roles": ["system"]})
    def wake(self, now) -> None:
        """The quiet hours are over."""
        self.next_try_at = now

    @transition(status, source=[Status.WAITING], target=Status.BUNDLED, custom={"roles": ["system"]})
    def join(self, other: "Send") -> None:
        """Told together with others, in the message of `other`."""
        self.bundle, self.next_try_at = other, None

    @transition(
        status, source=[Status.QUEUED, Status.FAILED], target=Status.SENDING, custom={"roles": ["system"]}
    )
    def take(self, provider: str, lease_until) -> None:
        self.provider, self.next_try_at = provider, lease_until
        self.attempts += 1

    @transition(status, source=[Status.SENDING], target=Status.SENT, custom={"roles": ["system"]})
    def arrive(self, provider_no: str, now) -> None:
        self.provider_no, self.sent_at, self.next_try_at, self.error = provider_no[:120], now, None, ""
        self.number = ""

    @transition(status, source=[Status.SENDING], target=Status.FAILED, custom={"roles": ["system"]})
    def fail(self, error: str, next_try_at) -> None:
        self.error, self.next_try_at = error[:200], next_try_at

    @transition(status, source=[Status.SENDING], target=Status.UNCLEAR, custom={"roles": ["system"]})
    def lose_sight(self, error: str) -> None:
        """It may have arrived, and the channel cannot tell: it is not sent again."""
        self.error, self.next_try_at = error[:200], None

    @transition(
        status, source=[Status.SENDING, Status.FAILED], target=Status.GIVEN_UP, custom={"roles": ["system"]}
    )
    def give_up(self, error: str) -> None:
        self.error, self.next_try_at = error[:200], None

    @transition(
        status,
        source=[Status.WAITING, Status.QUEUED, Status.FAILED],
        target=Status.DROPPED,
        custom={"roles": ["system"]},
    )
    def drop(self, why: str) -> None:
        """`why`: "read", "expired", "told" (another way has arrived), "unreachable"."""
        self.error, self.next_try_at = why, None

    @transition(
        status,
        source=[Status.UNCLEAR, Status.DROPPED, Status.GIVEN_UP],
        target=Status.QUEUED,
        custom={"label": _("Send again"), "roles": ["support", "supervisor"]},
    )
    def retry(self, now, expires_at) -> None:
        self.attempts, self.next_try_at, self.expires_at, self.error = 0, now, expires_at, ""


class Circuit(models.Model):
    """Whether a provider answers. After some failures in a row nothing is sent to it but a try now and then."""

    provider = models.CharField(_("provider"), max_length=20, unique=True)
    channel = models.CharField(_("channel"), max_length=8, choices=ChannelName.choices)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    opened_at = models.DateTimeField(_("shut since"), null=True)  # null: it works
    probe_at = models.DateTimeField(_("tried again at"), null=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")

    def __str__(self) -> str:
        return self.provider
