"""The order: what a customer bought, what it costs, and the state machine of its way to the door."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from campus.models import Admits
from core import clock
from core.fsm import StatusField
from core.ids import new_code, new_no
from core.names import NameField
from core.phones import PhoneField, mask_phone
from orders.models.kinds import FINAL, LIVE, Kind, Status
from orders.models.rules import PriceRule

# How long a customer may choose to wait for somebody to accept.
GIVE_UP_MINUTES = (15, 30, 60)


def _has_a_price(order: "Order") -> bool:
    return not order.wants_bids


class Order(models.Model):
    """One errand of one customer. Its exceptions never hide in its status: they are tickets beside it."""

    no = models.CharField(_("number"), max_length=16, unique=True, default=new_no)
    # Each index is paid for at every transition: no foreign key has one that is led by an index below or that
    # nothing searches by.
    campus = models.ForeignKey(
        "campus.Campus", models.PROTECT, related_name="orders", verbose_name=_("campus"), db_index=False
    )
    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="orders",
        verbose_name=_("customer"),
        db_index=False,
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    status = StatusField(_("status"), max_length=16, choices=Status.choices, default=Status.PENDING_PAYMENT)
    # The draft that it was made from: pressing "pay" twice makes one order.
    request_key = models.CharField(max_length=64, null=True, unique=True, editable=False)
    # Rung with every change, so that pages know what they missed.
    version = models.PositiveIntegerField(default=1)

    pickup = models.ForeignKey(
        "campus.Place", models.PROTECT, related_name="+", null=True, verbose_name=_("from"), db_index=False
    )
    pickup_detail = NameField(_("where exactly"), max_length=80, blank=True)
    dropoff = models.ForeignKey(
        "campus.Place", models.PROTECT, related_name="+", verbose_name=_("to"), db_index=False
    )
    dropoff_detail = NameField(_("floor and room"), max_length=60, blank=True)
    contact_name = NameField(_("contact"), max_length=40, blank=True)
    contact_phone = PhoneField(_("contact phone"), blank=True)

    # A shop where the courier buys on the platform's account.
    merchant = models.ForeignKey(
        "catalog.Merchant",
        models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("merchant"),
        db_index=False,
    )

    summary = models.CharField(_("what"), max_length=120)  # one line for lists: never a secret
    details = models.JSONField(default=dict)  # what the kind asks for, as its form cleaned it
    pickup_codes = models.CharField(_("pickup codes"), max_length=120, blank=True)  # secret until "at pickup"
    note = models.CharField(_("note"), max_length=200, blank=True)
    goods_value_fen = models.PositiveIntegerField(_("declared value (fen)"), default=0)
    budget_fen = models.PositiveIntegerField(_("budget for goods (fen)"), default=0)
    goods_cost_fen = models.PositiveIntegerField(_("goods bought for (fen)"), null=True)
    gender_wanted = models.CharField(
        _("courier wanted"), max_length=8, choices=Admits.choices, default=Admits.ANY
    )

    price_rule = models.ForeignKey(PriceRule, models.PROTECT, related_name="+", db_index=False)
    lines = models.JSONField(
        default=list
    )  # the quote as given: [{"code", "fen", "params"}]; never recomputed
    fee_fen = models.PositiveIntegerField(_("fee (fen)"))
    courier_fen = models.PositiveIntegerField(_("of it to the courier (fen)"))
    tip_fen = models.PositiveIntegerField(_("tip (fen)"), default=0)
    total_fen = models.PositiveIntegerField(_("total (fen)"))  # fee + goods budget + tip

    window_start = models.DateTimeField(_("not before"), null=True)
    window_end = models.DateTimeField(null=True)
    promised_at = models.DateTimeField(_("promised by"))
    # What was promised when it was paid: never moved. `late_from` is where lateness begins to count: there, or as much
    # later as an extension was for what nobody can help or for the customer's own wish.
    first_promised_at = models.DateTimeField(_("first promised by"), editable=False)
    late_from = models.DateTimeField(_("late from"), editable=False)
    receiving_code = models.CharField(max_length=4, default=new_code)

    created_at = models.DateTimeField(_("ordered"), default=clock.now)
    placed_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    picked_up_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)
    closed_at = models.DateTimeField(null=True)  # completed, cancelled, expired or returned
    pay_by = models.DateTimeField(null=True)
    # Until then couriers may name their price; there is none until the customer has chosen one.
    bids_until = models.DateTimeField(null=True)
    release_at = models.DateTimeField(null=True)  # scheduled: when dispatch may start looking
    # The customer waits so long for somebody to accept; then it is cancelled and all comes back. Null: as long as it takes.
    give_up_minutes = models.PositiveSmallIntegerField(_("given up after (minutes)"), null=True)
    give_up_at = models.DateTimeField(_("given up at"), null=True)
    urged_at = models.DateTimeField(null=True)
    # An operator looks at it before any courier sees it, by then; null: there is nothing to look at.
    review_due_at = models.DateTimeField(null=True)
    # When what couriers and shops earned with it may leave the platform, unless a ticket holds it; null: nothing is left.
    earnings_due_at = models.DateTimeField(null=True)
    # The scanner's two alarms. Null when there is nothing to wait for; moved or cleared when they have rung.
    stage_due_at = models.DateTimeField(null=True)
    promise_due_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="order_status"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="order_kind"),
        ]
        indexes = [
            models.Index(
                fields=["stage_due_at"], name="order_stage_due", condition=Q(stage_due_at__isnull=False)
            ),
            models.Index(
                fields=["promise_due_at"], name="order_promise_due", condition=Q(promise_due_at__isnull=False)
            ),
            models.Index(fields=["pay_by"], name="order_unpaid", condition=Q(status="pending_payment")),
            models.Index(fields=["give_up_at"], name="order_give_up", condition=Q(give_up_at__isnull=False)),
            models.Index(fields=["release_at"], name="order_release", condition=Q(release_at__isnull=False)),
            models.Index(fields=["delivered_at"], name="order_delivered", condition=Q(status="delivered")),
            models.Index(
                fields=["earnings_due_at"],
                name="order_earnings_due",
                condition=Q(earnings_due_at__isnull=False),
            ),
            models.Index(fields=["customer", "-id"], name="order_of_customer"),
            models.Index(
                fields=["campus", "status"],
                name="order_live",
                condition=Q(status__in=[s.value for s in LIVE]),
            ),
            models.Index(fields=["campus", "-created_at"], name="order_by_day"),
        ]
        verbose_name = _("order")
        verbose_name_plural = _("orders")

    def __str__(self) -> str:
        return self.no

    def save(self, *args, **kwargs) -> None:
        if self.first_promised_at is None:
            self.begin_promise()
        super().save(*args, **kwargs)

    def begin_promise(self) -> None:
        """What is promised now is the first promise."""
        self.first_promised_at = self.late_from = self.promised_at

    def begin_search(self) -> None:
        """From now on couriers see it: the customer's patience runs."""
        wait = self.give_up_minutes
        self.give_up_at = clock.now() + timedelta(minutes=wait) if wait else None

    # -- State machine. Transitions only change fields; orders.services locks, saves, records and emits. --

    @transition(
        status,
        source=[Status.PENDING_PAYMENT],
        target=Status.PLACED,
        conditions=[_has_a_price],
        custom={"label": _("Paid"), "roles": ["system"]},
    )
    def pay(self) -> None:
        self.placed_at, self.pay_by = clock.now(), None

    @transition(
        status,
        source=[Status.PENDING_PAYMENT],
        target=Status.EXPIRED,
        custom={"label": _("Payment time ran out"), "roles": ["system"]},
    )
    def expire(self) -> None:
        self._close()

    @transition(
        status,
        source=[Status.PLACED],
        target=Status.ACCEPTED,
        custom={"label": _("Courier accepted"), "roles": ["courier", "dispatcher"]},
    )
    def accept(self) -> None:
        self.accepted_at, self.give_up_at = clock.now(), None

    @transition(
        status,
        source=[Status.ACCEPTED],
        target=Status.PLACED,
        custom={"label": _("Looking for another courier"), "roles": ["courier", "operator"]},
    )
    def unassign(self) -> None:
        self.accepted_at = None
        self.begin_search()

    @transition(
        status,
        source=[Status.ACCEPTED, Status.AT_RELAY],
        target=Status.PICKED_UP,
        custom={"label": _("Picked up"), "roles": ["courier"]},
    )
    def pick_up(self) -> None:
        self.picked_up_at = clock.now()

    @transition(
        status,
        source=[Status.PICKED_UP],
        target=Status.AT_RELAY,
        custom={"label": _("At the relay station"), "roles": ["courier", "keeper"]},
    )
    def reach_relay(self) -> None:
        """Goods wait on the relay's shelf."""

    @transition(
        status,
        source=[Status.PICKED_UP],
        target=Status.DELIVERED,
        custom={"label": _("Delivered"), "roles": ["courier", "operator"]},
    )
    def deliver(self) -> None:
        self.delivered_at = clock.now()
        self.stage_due_at = self.promise_due_at = None

    @transition(
        status,
        source=[Status.AT_RELAY],
        target=Status.DELIVERED,
        custom={"label": _("Fetched by the customer"), "roles": ["customer"]},
    )
    def collect(self) -> None:
        """The customer has fetched it from the relay station."""
        self.delivered_at = clock.now()
        self.stage_due_at = self.promise_due_at = None

    @transition(
        status,
        source=[Status.DELIVERED],
        target=Status.COMPLETED,
        custom={"label": _("Receipt confirmed"), "roles": ["customer", "system"]},
    )
    def complete(self) -> None:
        self._close()

    @transition(
        status,
        source=[Status.PENDING_PAYMENT, Status.PLACED, Status.ACCEPTED],
        target=Status.CANCELLED,
        conditions=[lambda order: not order.goods_bought],  # their courier would lose what they paid
        custom={"label": _("Cancelled"), "roles": ["customer", "operator"]},
    )
    def cancel(self) -> None:
        self._close()

    @transition(
        status,
        source=[Status.ACCEPTED, Status.PICKED_UP, Status.AT_RELAY, Status.RETURNING],
        target=Status.CANCELLED,
        conditions=[lambda order: order.status != Status.ACCEPTED or order.goods_bought],
        custom={"label": _("Ended: the goods are gone"), "roles": ["operator"]},
    )
    def write_off(self) -> None:
        """What was to be brought is gone for good."""
        self._close()

    @transition(
        status,
        source=[Status.PICKED_UP],
        target=Status.RETURNING,
        custom={"label": _("Going back"), "roles": ["operator"]},
    )
    def start_return(self) -> None:
        self.promise_due_at = None

    @transition(
        status,
        source=[Status.RETURNING],
        target=Status.RETURNED,
        custom={"label": _("Returned"), "roles": ["courier", "operator"]},
    )
    def finish_return(self) -> None:
        self._close()

    def _close(self) -> None:
        self.closed_at = clock.now()
        self.pay_by = self.release_at = self.stage_due_at = self.promise_due_at = self.review_due_at = None
        self.give_up_at = None

    # -- Query-free facts --

    @property
    def wants_bids(self) -> bool:
        """Couriers are asked for their price, and none has been chosen yet."""
        return self.status == Status.PENDING_PAYMENT and self.bids_until is not None and not self.fee_fen

    @property
    def goods_bought(self) -> bool:
        """A courier has bought them. What they cost is theirs, or the partner shop's, until the order settles it."""
        return self.goods_cost_fen is not None

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

    @property
    def is_written_off(self) -> bool:
        """Ended after the pickup without the goods: until then an order is cancelled."""
        return self.status == Status.CANCELLED and self.picked_up_at is not None

    @property
    def is_looked_for(self) -> bool:
        """Couriers may take it now."""
        return self.status == Status.PLACED and not self.release_at and not self.review_due_at

    @property
    def is_scheduled(self) -> bool:
        return self.window_start is not None

    @property
    def arrived_at(self):
        return self.delivered_at

    def lateness(self, now=None) -> timedelta:
        """How far past its promise it is (or was on delivery); never negative.

        The one measure of being late, for compensation, penalties and figures: counted from the first promise, however
        often it was extended, unless the extension was excused (`late_from`).
        """
        return max((self.delivered_at or now or clock.now()) - self.late_from, timedelta())

    @property
    def has_new_promise(self) -> bool:
        """Another time has been promised since the first one."""
        return self.promised_at != self.first_promised_at

    @property
    def needs_signature(self) -> bool:
        """Whether the customer wants it handed over in person."""
        return bool(self.details.get("signature"))

    @property
    def has_other_receiver(self) -> bool:
        """Whether somebody else than the customer is to be called at the door. Needs the customer loaded."""
        return bool(self.contact_phone) and self.contact_phone != self.customer.phone

    @property
    def masked_contact_phone(self) -> str:
        return mask_phone(self.contact_phone)
