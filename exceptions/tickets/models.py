"""Tickets, their log and their evidence."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, transition

from core import clock
from core.fsm import StatusField
from core.ids import new_no
from exceptions.library.models import CompensationRule, ExceptionType, Party


class TicketStatus(models.TextChoices):
    OPEN = "open", _("new")
    WORKING = "working", _("being handled")
    WAITING_PARTY = "waiting_party", _("waiting for an answer")
    PROPOSED = "proposed", _("solution proposed")
    REOPENED = "reopened", _("reopened")
    RESOLVED = "resolved", _("resolved")
    CLOSED = "closed", _("closed")
    MERGED = "merged", _("merged")
    DISMISSED = "dismissed", _("false alarm")


UNRESOLVED = [
    TicketStatus.OPEN,
    TicketStatus.WORKING,
    TicketStatus.WAITING_PARTY,
    TicketStatus.PROPOSED,
    TicketStatus.REOPENED,
]

# Somebody still has to do something about it: here, or in the ticket that it was merged into, until that is settled.
PENDING = Q(status__in=[status.value for status in UNRESOLVED]) | Q(
    status=TicketStatus.MERGED.value, resolved_at__isnull=True
)


class News(models.TextChoices):
    """What operators are told of while they do something else: by a toast, a sound, and a mark on the row."""

    ANSWERED = "answered", _("answered")
    SAID = "said", _("new message")
    JOINED = "joined", _("reported again")
    REOPENED = "reopened", _("opened again")
    SILENT = "silent", _("no answer came")
    UNRESCUED = "unrescued", _("nobody fetches it")


def _is_settled(ticket: "Ticket") -> bool:
    return ticket.resolved_at is not None


class Ticket(models.Model):
    """One exception of one order, from detection to closing. Policy values are frozen onto it when it opens."""

    class Source(models.TextChoices):
        SCANNER = "scanner", _("scanner")
        EVENT = "event", _("event")
        CUSTOMER = "customer", _("customer")
        COURIER = "courier", _("courier")
        OPERATOR = "operator", _("operator")

    class RequestedRemedy(models.TextChoices):
        HURRY = "hurry", _("Get it here soon")
        REDELIVER = "redeliver", _("Bring it again")
        REFUND = "refund", _("Money back")
        COMPENSATE = "compensate", _("Compensation")
        OTHER = "other", _("None of these")

    # Foreign keys without an index of their own are never searched by, or are led by an index below: the scanner
    # writes thousands of tickets in a storm and pays for each index.
    no = models.CharField(_("number"), max_length=16, default=new_no)
    campus = models.ForeignKey(
        "campus.Campus", models.PROTECT, related_name="tickets", verbose_name=_("campus"), db_index=False
    )
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="tickets", verbose_name=_("order"))
    leg = models.ForeignKey(
        "delivery.Leg", models.SET_NULL, null=True, blank=True, related_name="tickets", db_index=False
    )
    # The courier concerned when it happened: the leg may have changed hands since.
    courier = models.ForeignKey(
        "couriers.Courier",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("courier"),
    )
    type = models.ForeignKey(
        ExceptionType, models.PROTECT, related_name="tickets", verbose_name=_("type"), db_index=False
    )
    # The version that was live when it opened, whatever is changed meanwhile; none where nothing was promised.
    compensation_rule = models.ForeignKey(
        CompensationRule,
        models.PROTECT,
        null=True,
        related_name="tickets",
        verbose_name=_("compensation rule"),
        db_index=False,
    )
    severity = models.PositiveSmallIntegerField(_("severity"), choices=ExceptionType.Severity.choices)
    status = StatusField(_("status"), max_length=16, choices=TicketStatus.choices, default=TicketStatus.OPEN)
    version = models.PositiveIntegerField(default=1)
    source = models.CharField(_("how found"), max_length=10, choices=Source.choices)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    description = models.CharField(_("in their words"), max_length=500, blank=True)
    requested_remedy = models.CharField(
        _("what they want"), max_length=20, choices=RequestedRemedy.choices, blank=True
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="assigned_tickets",
        verbose_name=_("handled by"),
    )
    opened_at = models.DateTimeField(_("opened"), default=clock.now)
    # What its clocks go by (`exceptions.clocks.Policy`), as it was when it opened; none until the scanner's event is handled.
    clock_policy = models.JSONField(null=True, editable=False)
    # A projection of the log, by `exceptions.clocks.projection` and nothing else.
    respond_by = models.DateTimeField(_("first answer due"))
    resolve_by = models.DateTimeField(_("solution due"))
    responded_at = models.DateTimeField(null=True)
    # When the next clock runs out of which supervisors have not heard yet; none while there is no such.
    clock_due_at = models.DateTimeField(null=True, editable=False)
    # After a promised time has passed without an answer: until when its people were told to wait, and how often that was.
    news_by = models.DateTimeField(_("news promised anew by"), null=True)
    missed = models.PositiveSmallIntegerField(_("missed promises"), default=0)
    # While a party has been asked something: who, and until when an answer is waited for.
    asked_party = models.CharField(max_length=8, choices=Party.choices, blank=True)
    answer_by = models.DateTimeField(_("answer due"), null=True)
    # The ticket in which a merged one goes on, which may be merged in turn. What comes from its parties is written into its own
    # log still; it is settled when that one is (`resolved_at`, `closed_at`).
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", db_index=False
    )
    resolved_at = models.DateTimeField(_("resolved"), null=True)
    closed_at = models.DateTimeField(null=True)
    resolution = models.CharField(_("what was done"), max_length=300, blank=True)
    rating = models.PositiveSmallIntegerField(_("rating of the handling"), null=True)  # CSAT, 1 to 5
    # What has come from a party, or did not come in time, that no operator has acted upon yet: a kind of its log.
    news = models.CharField(max_length=10, blank=True, choices=News.choices)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=TicketStatus.values), name="ticket_status"),
            models.CheckConstraint(
                condition=~Q(status="waiting_party") | Q(answer_by__isnull=False), name="ticket_waits_until"
            ),
            # Not `unique=True`, which would add a second index for LIKE.
            models.UniqueConstraint(fields=["no"], name="ticket_no"),
            models.UniqueConstraint(
                fields=["order", "type"],
                condition=PENDING,
                name="one_unresolved_ticket",
            ),
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False)
                | ~Q(status="merged") & Q(merged_into__isnull=True),
                name="ticket_merged_into",
            ),
        ]
        indexes = [
            models.Index(
                fields=["campus", "severity", "respond_by"],
                name="ticket_queue",
                condition=Q(status__in=[s.value for s in UNRESOLVED]),
            ),
            models.Index(fields=["resolved_at"], name="ticket_to_close", condition=Q(status="resolved")),
            models.Index(fields=["answer_by"], name="ticket_silent", condition=Q(status="waiting_party")),
            models.Index(fields=["campus", "-opened_at"], name="ticket_by_day"),
            models.Index(
                fields=["merged_into"], name="ticket_merged", condition=Q(merged_into__isnull=False)
            ),
        ]
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")

    def __str__(self) -> str:
        return self.no

    @property
    def is_unresolved(self) -> bool:
        return self.status in UNRESOLVED

    @property
    def is_pending(self) -> bool:
        """`PENDING` of this one."""
        return self.is_unresolved or (self.status == TicketStatus.MERGED and self.resolved_at is None)

    @property
    def next_due(self):
        """The clock that runs out next; none once resolved. The first answer's clock stops when it was given.

        While a party is asked the solution's clock stands still, and what counts is their time to answer.
        """
        if not self.is_unresolved:
            return None
        if self.status == TicketStatus.WAITING_PARTY:
            return self.answer_by
        return self.resolve_by if self.responded_at else min(self.respond_by, self.resolve_by)

    @property
    def next_clock(self) -> str:
        """What that clock waits for, in a word."""
        if self.status == TicketStatus.WAITING_PARTY:
            return str(_("reply"))
        return str(_("solve") if self.next_due == self.resolve_by else _("respond"))

    @property
    def news_due(self):
        """By when its people were promised to hear next; the clock of the case itself runs as it did."""
        due = self.next_due
        if due is None or self.news_by is None or self.status == TicketStatus.WAITING_PARTY:
            return due
        return max(due, self.news_by)

    # -- State machine --

    @transition(
        status,
        source=[TicketStatus.OPEN, TicketStatus.REOPENED, TicketStatus.WAITING_PARTY, TicketStatus.PROPOSED],
        target=TicketStatus.WORKING,
        custom={"label": _("Handle"), "roles": ["operator"]},
    )
    def work(self) -> None:
        self.asked_party, self.answer_by = "", None

    @transition(
        status,
        source=[TicketStatus.WORKING],
        target=TicketStatus.WAITING_PARTY,
        custom={"label": _("Ask"), "roles": ["operator"]},
    )
    def await_party(self, party: str, until) -> None:
        """A party has been asked something. The clocks stand still meanwhile."""
        self.asked_party, self.answer_by = party, until

    @transition(
        status,
        source=[TicketStatus.WORKING],
        target=TicketStatus.PROPOSED,
        custom={"label": _("Propose"), "roles": ["operator"]},
    )
    def propose(self) -> None:
        """A solution is on the table."""

    @transition(
        status,
        source=UNRESOLVED,
        target=TicketStatus.RESOLVED,
        custom={"label": _("Resolve"), "roles": ["operator", "system"]},
    )
    def resolve(self, resolution: str) -> None:
        self.resolution, self.resolved_at = resolution[:300], clock.now()
        self.asked_party, self.answer_by = "", None

    @transition(
        status,
        source=UNRESOLVED,
        target=TicketStatus.DISMISSED,
        custom={"label": _("False alarm"), "roles": ["operator", "system"]},
    )
    def dismiss(self, reason: str) -> None:
        self.resolution, self.resolved_at = reason[:300], clock.now()
        self.closed_at = self.resolved_at
        self.asked_party, self.answer_by = "", None

    @transition(
        status,
        source=[TicketStatus.RESOLVED],
        target=TicketStatus.CLOSED,
        custom={"label": _("Close"), "roles": ["system"]},
    )
    def close(self) -> None:
        self.closed_at = clock.now()

    @transition(
        status,
        source=[TicketStatus.RESOLVED, TicketStatus.CLOSED, TicketStatus.DISMISSED, TicketStatus.MERGED],
        target=TicketStatus.REOPENED,
        conditions=[_is_settled],
        custom={"label": _("Reopen"), "roles": ["operator", "customer", "courier"]},
    )
    def reopen(self) -> None:
        self.merged_into = None
        self.resolved_at = self.closed_at = self.rating = None
        self.news_by, self.missed = None, 0

    @transition(
        status,
        source=UNRESOLVED,
        target=TicketStatus.MERGED,
        custom={"label": _("Merge"), "roles": ["operator"]},
    )
    def merge(self, into: "Ticket") -> None:
        """It goes on in another ticket."""
        self.merged_into = into
        self.asked_party, self.answer_by = "", None

    @transition(
        status,
        source=TicketStatus.MERGED,
        target=RETURN_VALUE(*UNRESOLVED),
        custom={"label": _("Split off"), "roles": ["operator"]},
    )
    def split(self, *, status: str, asked_party: str, answer_by) -> str:
        """It goes on by itself, as it was before it was merged. Returns its status."""
        self.merged_into = self.resolved_at = self.closed_at = None
        self.asked_party, self.answer_by = asked_party, answer_by
        return status


class TicketEvent(models.Model):
    """The ticket's log: everything done or said about it, and who may read it. Only ever added to."""

    class Audience(models.TextChoices):
        OPERATORS = "operators", _("operators only")
        CUSTOMER = "customer", _("customer")
        COURIER = "courier", _("courier")
        EVERYONE = "everyone", _("everyone concerned")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="events", db_index=False)
    at = models.DateTimeField(default=clock.now)
    kind = models.CharField(
        max_length=24
    )  # opened, joined, claimed, an action's name, noted, resolved, reopened, rated …
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    role = models.CharField(max_length=12, default="system")
    text = models.CharField(max_length=500, blank=True)  # a person's own words, never a platform sentence
    data = models.JSONField(default=dict)  # what the sentence of this kind needs: minutes, fen, names
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.OPERATORS)
    # Idempotency key: the button press that made it.
    key = models.CharField(max_length=80, null=True)
    undoes = models.OneToOneField("self", models.CASCADE, null=True, related_name="undone_by")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "key"], condition=Q(key__isnull=False), name="ticket_event_once"
            ),
            models.CheckConstraint(
                condition=Q(audience__in=["operators", "customer", "courier", "everyone"]),
                name="ticket_event_audience",
            ),
        ]
        indexes = [models.Index(fields=["ticket", "at"], name="ticket_event_log")]
        verbose_name = _("ticket event")
        verbose_name_plural = _("ticket events")

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"


class Evidence(models.Model):
    """A photo that supports a report. Shown to operators and to the one who gave it."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="evidence")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    image = models.ImageField(upload_to="evidence/%Y/%m/")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return f"{self.ticket_id}"
