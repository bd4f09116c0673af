"""Legs: one courier's trip for an order, from where to where, and how far it has come."""

from datetime import timedelta

from django.db import models
from django.db.models import Case, F, IntegerField, Q, When
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from campus.models import Admits, Place
from core import clock
from core.fsm import StatusField
from core.ids import new_no
from couriers.models.couriers import Courier
from delivery.models.relay import RelayStation
from orders.models import Status


class LegStatus(models.TextChoices):
    WAITING = "waiting", _("waiting")
    OPEN = "open", _("open")
    OFFERED = "offered", _("offered")
    ASSIGNED = "assigned", _("accepted")
    AT_PICKUP = "at_pickup", _("at the pickup")
    PICKED_UP = "picked_up", _("picked up")
    AT_DROPOFF = "at_dropoff", _("at the door")
    HANDING_ON = "handing_on", _("another courier fetches it")
    HANDED_ON = "handed_on", _("handed on")
    DONE = "done", _("done")
    RELEASED = "released", _("given back")
    CANCELLED = "cancelled", _("cancelled")
    FAILED = "failed", _("failed")


# "Arrived" can be taken back for five seconds as the page shows it, and for a slow network's worth more.
UNDO_SHOWN, UNDO_WITHIN = timedelta(seconds=5), timedelta(seconds=10)
# In a courier's hands.
CARRIED = [LegStatus.ASSIGNED, LegStatus.AT_PICKUP, LegStatus.PICKED_UP, LegStatus.AT_DROPOFF]
UNFINISHED = [LegStatus.WAITING, LegStatus.OPEN, LegStatus.OFFERED, *CARRIED]
# With a courier who has it, or who waits for another one to fetch the goods. (Of an order that is rescued the leg of the
# one who fetches is the unfinished one.)
HOLDING = [*CARRIED, LegStatus.HANDING_ON]
# Whose pay is booked.
PAID = [LegStatus.DONE, LegStatus.HANDED_ON]


def _has_just_arrived(leg: "Leg") -> bool:
    arrived_at = leg.arrived_at
    return arrived_at is not None and clock.now() - arrived_at <= UNDO_WITHIN


class Leg(models.Model):
    """One courier's trip for an order. A leg that is given back stays as a record; a new one is opened."""

    no = models.CharField(_("number"), max_length=16, unique=True, default=new_no)
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="legs", verbose_name=_("order"))
    campus = models.ForeignKey("campus.Campus", models.PROTECT, related_name="legs", verbose_name=_("campus"))
    sequence = models.PositiveSmallIntegerField(
        _("sequence"), default=1
    )  # 2 for the leg behind a relay station
    status = StatusField(_("status"), max_length=12, choices=LegStatus.choices, default=LegStatus.WAITING)
    version = models.PositiveIntegerField(default=1)
    courier = models.ForeignKey(
        Courier, models.PROTECT, null=True, blank=True, related_name="legs", verbose_name=_("courier")
    )
    pickup = models.ForeignKey(
        "campus.Place", models.PROTECT, null=True, related_name="+", verbose_name=_("from")
    )
    dropoff = models.ForeignKey("campus.Place", models.PROTECT, related_name="+", verbose_name=_("to"))
    # Of both legs of an order that goes by its shelf.
    relay = models.ForeignKey(
        RelayStation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="legs",
        verbose_name=_("relay station"),
    )
    # The leg of another courier whose goods this one fetches (`delivery.Rescue` says where).
    rescues = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("rescue of")
    )
    gender = models.CharField(_("courier wanted"), max_length=8, choices=Admits.choices, default=Admits.ANY)
    pay_fen = models.PositiveIntegerField(_("pay (fen)"))
    bonus_fen = models.PositiveIntegerField(
        _("bonus (fen)"), default=0
    )  # paid by the platform, to get it moving
    priority = models.PositiveSmallIntegerField(_("priority"), default=0)
    ready_at = models.DateTimeField(null=True)  # goods are not there before
    due_at = models.DateTimeField(_("due"), null=True)
    # When it will be at its drop-off, as the plan stands; renewed when that shifts by more than a minute.
    eta_at = models.DateTimeField(_("expected"), null=True, editable=False)
    # When its courier will be at the next stop of all that they have in hand, as the plan stands.
    next_stop_at = models.DateTimeField(null=True, editable=False)
    excluded = models.ManyToManyField(
        Courier, related_name="+", blank=True
    )  # gave it back, or was taken off it
    refused_by = models.ManyToManyField(
        Courier, related_name="+", blank=True
    )  # an offer of it; the hall is open
    opened_at = models.DateTimeField(_("opened"), null=True)
    assigned_at = models.DateTimeField(_("accepted"), null=True)
    at_pickup_at = models.DateTimeField(_("at the pickup"), null=True)
    picked_up_at = models.DateTimeField(_("picked up"), null=True)
    at_dropoff_at = models.DateTimeField(_("at the door"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    created_at = models.DateTimeField(_("made"), default=clock.now)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=LegStatus.values), name="leg_status"),
            models.CheckConstraint(
                condition=~Q(status__in=[s.value for s in CARRIED]) | Q(courier__isnull=False),
                name="leg_carried_by",
            ),
            models.UniqueConstraint(
                fields=["order", "sequence"],
                condition=Q(status__in=[s.value for s in UNFINISHED]),
                name="one_unfinished_leg",
            ),
        ]
        indexes = [
            models.Index(fields=["campus", "opened_at"], name="leg_hall", condition=Q(status="open")),
            models.Index(
                fields=["courier"], name="leg_carried", condition=Q(status__in=[s.value for s in CARRIED])
            ),
            models.Index(fields=["courier", "-ended_at"], name="leg_of_courier"),
        ]
        verbose_name = _("leg")
        verbose_name_plural = _("legs")

    def __str__(self) -> str:
        return self.no

    @property
    def total_fen(self) -> int:
        """What the courier gets for it, tip excluded."""
        return self.pay_fen + self.bonus_fen

    @property
    def is_carried(self) -> bool:
        return self.status in CARRIED

    @property
    def arrived_at(self):
        """When the courier came to where they are now; None while they are on the way."""
        return {LegStatus.AT_PICKUP: self.at_pickup_at, LegStatus.AT_DROPOFF: self.at_dropoff_at}.get(
            self.status
        )

    @property
    def is_bought(self) -> bool:
        """Its courier bought the goods, out of their own pocket or on the campus's account with the shop. Who fetches
        them at the relay, or from another courier, has bought nothing."""
        return not self.continues and self.order.goods_bought

    @property
    def to_shelf(self) -> bool:
        """The first of two: it ends on the relay's shelf."""
        return self.relay_id is not None and self.sequence == 1

    @property
    def from_shelf(self) -> bool:
        """The second of two: it begins at the relay's shelf."""
        return self.relay_id is not None and self.sequence > 1

    @property
    def continues(self) -> bool:
        """It begins with goods that another courier has carried: who that was is paid for that part."""
        return self.from_shelf or self.rescues_id is not None

    @property
    def origin(self) -> Place | None:
        """Where the goods were fetched; of a rescue, by the first of its couriers."""
        return self.rescues.origin if self.rescues else self.pickup

    @property
    def goes_back(self) -> bool:
        return self.order.status in (Status.RETURNING, Status.RETURNED)

    @property
    def tip_fen(self) -> int:
        """The order's tip, for the one who stands at the customer's door."""
        elsewhere = self.to_shelf or self.goes_back or self.status == LegStatus.HANDED_ON
        return 0 if elsewhere else self.order.tip_fen

    @transition(
        status,
        source=[LegStatus.WAITING],
        target=LegStatus.OPEN,
        custom={"label": _("Open"), "roles": ["system"]},
    )
    def open(self) -> None:
        self.opened_at = clock.now()

    @transition(
        status,
        source=[LegStatus.OPEN],
        target=LegStatus.OFFERED,
        custom={"label": _("Offer"), "roles": ["system", "dispatcher"]},
    )
    def offer(self) -> None:
        """To one courier, for half a minute."""

    @transition(
        status,
        source=[LegStatus.OFFERED],
        target=LegStatus.OPEN,
        custom={"label": _("Open again"), "roles": ["system"]},
    )
    def unoffer(self) -> None:
        """Refused, not answered, or withdrawn."""

    @transition(
        status,
        source=[LegStatus.OPEN, LegStatus.OFFERED],
        target=LegStatus.ASSIGNED,
        custom={"label": _("Take the job"), "roles": ["courier", "dispatcher"]},
    )
    def assign(self, courier: Courier) -> None:
        self.courier, self.assigned_at = courier, clock.now()

    @transition(
        status,
        source=[LegStatus.ASSIGNED],
        target=LegStatus.AT_PICKUP,
        custom={"label": _("Arrived at the pickup"), "roles": ["courier"]},
    )
    def arrive_at_pickup(self) -> None:
        self.at_pickup_at = clock.now()

    @transition(
        status,
        source=[LegStatus.AT_PICKUP],
        target=LegStatus.PICKED_UP,
        custom={"label": _("Picked up"), "roles": ["courier"]},
    )
    def pick_up(self) -> None:
        self.picked_up_at = clock.now()

    @transition(
        status,
        source=[LegStatus.PICKED_UP],
        target=LegStatus.AT_DROPOFF,
        custom={"label": _("Arrived at the door"), "roles": ["courier"]},
    )
    def arrive_at_dropoff(self) -> None:
        self.at_dropoff_at = clock.now()

    @transition(
        status,
        source=[LegStatus.AT_PICKUP],
        target=LegStatus.ASSIGNED,
        conditions=[_has_just_arrived],
        custom={"label": _("Not there yet"), "roles": ["courier"]},
    )
    def leave_pickup(self) -> None:
        self.at_pickup_at = None

    @transition(
        status,
        source=[LegStatus.AT_DROPOFF],
        target=LegStatus.PICKED_UP,
        conditions=[_has_just_arrived],
        custom={"label": _("Not there yet"), "roles": ["courier"]},
    )
    def leave_dropoff(self) -> None:
        self.at_dropoff_at = None

    @transition(
        status,
        source=[LegStatus.PICKED_UP, LegStatus.AT_DROPOFF],
        target=LegStatus.PICKED_UP,
        custom={"label": _("Bring the goods back"), "roles": ["operator"]},
    )
    def turn_back(self, due_at) -> None:
        """Nobody takes the goods: the way ends where they were fetched."""
        self.dropoff, self.due_at, self.at_dropoff_at, self.eta_at, self.next_stop_at = (
            self.origin, due_at, None, None, None,
        )  # fmt: skip

    @transition(
        status,
        source=[LegStatus.AT_DROPOFF],
        target=LegStatus.DONE,
        custom={"label": _("Delivered"), "roles": ["courier", "operator"]},
    )
    def finish(self) -> None:
        self.ended_at = clock.now()

    @transition(
        status,
        source=[LegStatus.OPEN, LegStatus.OFFERED, LegStatus.ASSIGNED, LegStatus.AT_PICKUP],
        target=LegStatus.WAITING,
        custom={"label": _("The goods are not there"), "roles": ["keeper", "courier"]},
    )
    def hold(self) -> None:
        """What it should carry is missing from the shelf."""

    @transition(
        status,
        source=CARRIED,
        target=None,  # whatever stage it is in
        custom={"label": _("Hand to another courier"), "roles": ["courier", "dispatcher"]},
    )
    def transfer(self, courier: Courier) -> None:
        """The taker accepts it now: their minute to give it back, and their trail, begin here."""
        self.courier, self.assigned_at = courier, clock.now()

    @transition(
        status,
        source=[LegStatus.PICKED_UP, LegStatus.AT_DROPOFF],
        target=LegStatus.HANDING_ON,
        custom={"label": _("Let another courier fetch it"), "roles": ["operator"]},
    )
    def await_rescue(self) -> None:
        """The goods are with them until the other one has them."""
        self.at_dropoff_at = self.eta_at = self.next_stop_at = None

    @transition(
        status,
        source=[LegStatus.HANDING_ON],
        target=LegStatus.PICKED_UP,
        custom={"label": _("Go on with it"), "roles": ["operator", "courier"]},
    )
    def go_on(self) -> None:
        """Nobody fetches it after all."""

    @transition(
        status,
        source=[LegStatus.HANDING_ON],
        target=LegStatus.HANDED_ON,
        custom={"label": _("Handed on"), "roles": ["courier"]},
    )
    def hand_on(self, pay_fen: int) -> None:
        """Another courier has the goods: this one's part of the pay is booked."""
        self.pay_fen, self.bonus_fen, self.ended_at = pay_fen, 0, clock.now()

    @transition(
        status,
        source=[LegStatus.ASSIGNED, LegStatus.AT_PICKUP],
        target=LegStatus.RELEASED,
        conditions=[lambda leg: leg.rescues_id is None],
        custom={"label": _("Give back"), "roles": ["courier", "operator"]},
    )
    def release(self) -> None:
        self.ended_at = clock.now()

    @transition(
        status,
        source=[
            LegStatus.WAITING,
            LegStatus.OPEN,
            LegStatus.OFFERED,
            LegStatus.ASSIGNED,
            LegStatus.AT_PICKUP,
        ],
        target=LegStatus.CANCELLED,
        custom={"label": _("Cancelled"), "roles": ["system"]},
    )
    def cancel(self) -> None:
        self.ended_at = clock.now()

    @transition(
        status,
        source=[LegStatus.ASSIGNED, LegStatus.AT_PICKUP, LegStatus.PICKED_UP, LegStatus.AT_DROPOFF],
        target=LegStatus.FAILED,
        conditions=[lambda leg: leg.is_bought or leg.picked_up_at is not None],
        custom={"label": _("Failed"), "roles": ["operator"]},
    )
    def fail(self) -> None:
        self.ended_at = clock.now()


# What a finished leg brought its courier, in fen, for queries: `Leg.total_fen + Leg.tip_fen`.
EARNED = Case(
    When(
        Q(relay__isnull=False, sequence=1)
        | Q(status=LegStatus.HANDED_ON)
        | Q(order__status__in=[Status.RETURNING, Status.RETURNED]),
        then=F("pay_fen") + F("bonus_fen"),
    ),
    default=F("pay_fen") + F("bonus_fen") + F("order__tip_fen"),
    output_field=IntegerField(),
)
