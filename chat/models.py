"""Conversations: their messages, who has read how far, and the state of those with customer service."""

from datetime import datetime

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from core import clock
from core.fsm import StatusField
from core.ids import new_no


class Thread(models.Model):
    """Messages in order. One of an order belongs to the order's people; one with customer service to a person."""

    class Kind(models.TextChoices):
        ORDER = "order", _("about an order")
        SERVICE = "service", _("customer service")

    no = models.CharField(_("number"), max_length=16, unique=True, default=new_no)
    campus = models.ForeignKey(
        "campus.Campus", models.PROTECT, related_name="+", verbose_name=_("campus"), db_index=False
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    ref = models.CharField(_("reference"), max_length=16, blank=True)  # the order's number
    # The number of the last message: broadcast with each, so that pages know what they missed.
    seq = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["order", "service"]), name="chat_thread_kind"),
            models.UniqueConstraint(fields=["kind", "ref"], condition=~Q(ref=""), name="chat_thread_once"),
        ]
        verbose_name = _("chat")
        verbose_name_plural = _("chats")

    def __str__(self) -> str:
        return self.ref or self.no


class Message(models.Model):
    """One thing said. `seq` counts from 1 within the thread; what is sent twice is one message (`client`)."""

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        PHOTO = "photo", _("photo")
        PLACE = "place", _("position")
        SYSTEM = "system", _("system")

    class Role(models.TextChoices):
        CUSTOMER = "customer", _("customer")
        COURIER = "courier", _("courier")
        OPERATOR = "operator", _("customer service")
        SYSTEM = "system", _("system")

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="messages", db_index=False)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.TEXT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=8, choices=Role.choices)
    internal = models.BooleanField(default=False)  # for operators only
    # Made by the browser that sends: however often it tries, there is one message.
    client = models.CharField(max_length=40, null=True)
    text = models.CharField(max_length=1000, blank=True)
    photo = models.ImageField(upload_to="chat/%Y/%m/", blank=True)
    # place: {"lat", "lon", "near": the nearest place's pk}; system: {"code", …what its sentence needs}
    data = models.JSONField(default=dict)
    redacted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["thread", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["thread", "seq"], name="chat_message_order"),
            models.UniqueConstraint(
                fields=["thread", "author", "client"],
                condition=Q(client__isnull=False),
                name="chat_message_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["text", "photo", "place", "system"]), name="chat_message_kind"
            ),
        ]
        indexes = [
            models.Index(fields=["at"], name="chat_message_to_redact", condition=Q(redacted_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}#{self.seq}"


class ReadReceipt(models.Model):
    """How far a person has read a thread."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="read_receipts", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seq = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="chat_read_receipt_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.thread_id}#{self.seq}"


class Conversation(models.Model):
    """A person's conversation with customer service: waiting for an answer, on somebody's desk, over."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        TAKEN = "taken", _("being answered")
        CLOSED = "closed", _("closed")

    thread = models.OneToOneField(Thread, models.CASCADE, related_name="conversation")
    campus = models.ForeignKey("campus.Campus", models.PROTECT, related_name="+", verbose_name=_("campus"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="conversations", verbose_name=_("person")
    )
    role = models.CharField(
        _("role"), max_length=8, choices=[c for c in Message.Role.choices if c[0] in ("customer", "courier")]
    )
    status = StatusField(_("status"), max_length=8, choices=Status.choices, default=Status.WAITING)
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    # When an answer began to be waited for; null once it was given.
    asked_at = models.DateTimeField(_("waiting since"), null=True, default=clock.now)
    first_wait_s = models.PositiveIntegerField(_("seconds to the first answer"), null=True)
    created_at = models.DateTimeField(_("began"), default=clock.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "taken", "closed"]), name="conversation_status"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=~Q(status="closed"), name="one_open_conversation"
            ),
        ]
        indexes = [
            models.Index(
                fields=["campus", "status", "asked_at"],
                name="conversation_queue",
                condition=~Q(status="closed"),
            ),
        ]
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")

    def __str__(self) -> str:
        return f"{self.person}"

    @property
    def is_open(self) -> bool:
        return self.status != self.Status.CLOSED

    @transition(
        status,
        source=[Status.WAITING, Status.TAKEN],
        target=Status.TAKEN,
        custom={"label": _("Take"), "roles": ["operator"]},
    )
    def take(self, operator) -> None:
        self.operator = operator

    @transition(
        status,
        source=[Status.TAKEN],
        target=Status.WAITING,
        custom={"label": _("Put back"), "roles": ["operator"]},
    )
    def put_back(self, now: datetime) -> None:
        self.operator, self.asked_at = None, self.asked_at or now

    @transition(
        status,
        source=[Status.WAITING, Status.TAKEN],
        target=Status.CLOSED,
        custom={"label": _("Close"), "roles": ["operator", "system"]},
    )
    def close(self, now: datetime) -> None:
        self.closed_at, self.asked_at = now, None


class Topic(models.Model):
    """What a conversation is about: an order, a ticket. The latest is the present one."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="topics", db_index=False)
    kind = models.CharField(max_length=8)
    ref = models.CharField(max_length=16)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "kind", "ref"], name="conversation_topic_once")
        ]
        indexes = [models.Index(fields=["kind", "ref"], name="conversation_topic")]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"


class CannedAnswer(models.Model):
    """What operators say often: typed as /shortcut, or picked from the list."""

    campus = models.ForeignKey(
        "campus.Campus", models.CASCADE, related_name="canned_answers", verbose_name=_("campus")
    )
    shortcut = models.CharField(
        _("shortcut"),
        max_length=16,
        validators=[RegexValidator(r"^\w+$", _("Letters and digits only."))],
        help_text=_("Typed as /shortcut and a space."),
    )
    text = models.CharField(_("text"), max_length=500)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["position", "shortcut"]
        constraints = [models.UniqueConstraint(fields=["campus", "shortcut"], name="canned_answer_once")]
        verbose_name = _("canned answer")
        verbose_name_plural = _("canned answers")

    def __str__(self) -> str:
        return f"/{self.shortcut}"
