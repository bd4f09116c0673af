"""What a courier sees in the hall: open legs as cards, with ways, pay and tags, in a useful order."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.utils.translation import gettext_lazy

from campus.models import Admits
from core import clock
from couriers.models import Courier
from delivery.effort import minutes_of
from delivery.models import Leg, LegStatus
from delivery.plan import Distances, extra_metres, in_order
from delivery.selectors.jobs import jobs_of
from delivery.selectors.labels import Tag, is_anywhere, pickup_label, tags
from dispatch import admission
from dispatch.selectors.bidding import Wanted, wanted
from dispatch.selectors.channels import in_hall
from orders.kinds import KINDS, NAMES, OrderKind

MOST_CARDS = 100
IN_LINE = ("-priority", "opened_at")
# A job is on the way when it adds no more than this to what one walks anyway.
ON_THE_WAY_M = 300
# What somebody has waited for rises in the list: a tenth a minute.
WAITING_WEIGHT = 0.1
SORTS = {
    "best": gettext_lazy("Best"),
    "way": gettext_lazy("On my way"),
    "near": gettext_lazy("Near me"),
    "pay": gettext_lazy("Best paid"),
}


@dataclass(frozen=True)
class Card:
    """One open leg for one courier. Lengths in metres, money in fen; None where the position is not known.

    Nothing secret is in here: no room, no contact, no pickup code, no note.
    """

    no: str
    kind: OrderKind
    summary: str
    pickup: str
    dropoff: str
    pay_fen: int
    due_at: datetime
    to_pickup_m: int | None
    trip_m: int
    extra_m: int | None
    # What it takes of their time: that way, or the trip alone where they stand is not known, and all that is done on it.
    minutes: int
    shared: str  # the place that a job in hand goes to as well
    on_the_way: bool
    waited_s: int
    priority: int
    tags: list[Tag] = field(default_factory=list)
    refusal: str = ""  # why this courier may not take it

    @property
    def per_minute(self) -> float:
        """Pay in fen for each of the minutes that the card shows."""
        return self.pay_fen / self.minutes

    @property
    def per_minute_fen(self) -> int:
        return round(self.per_minute)

    @property
    def waited_min(self) -> int:
        return self.waited_s // 60

    @property
    def score(self) -> float:
        return self.per_minute * (1 + WAITING_WEIGHT * self.waited_s / 60)


@dataclass(frozen=True)
class Hall:
    """The hall as one courier sees it. `cards` may be taken; `blocked` say why not; `on_the_way` counts cards."""

    cards: list[Card]
    blocked: list[Card]
    on_the_way: int
    kinds: list[OrderKind]  # those among the cards, whatever the filter
    held: list[Leg]
    is_full: bool
    closed: bool  # for want of training
    nos: list[str]  # of all that may be taken, whatever the filter: what the page has heard of
    wanted: list[Wanted]  # errands whose customers ask for a price


def open_legs(courier: Courier) -> QuerySet[Leg]:
    """Open legs on the courier's campus that they have not given back or been taken off. Those of customers whom they are
    not to be matched with are not even shown."""
    blocked = admission.blocked_with([courier.user_id]).get(courier.user_id, ())
    excluded = Leg.excluded.through.objects.filter(leg_id=OuterRef("pk"), courier_id=courier.pk)
    return (
        in_hall(Leg.objects.filter(campus=courier.campus_id, status=LegStatus.OPEN), courier.campus_id)
        .exclude(Exists(excluded))
        .exclude(order__customer__in=blocked)
        .select_related("order", "pickup", "dropoff__zone")
        .order_by(*IN_LINE)
    )


def _may_enter(carrier: admission.Carrier) -> Q:
    """What of `admission` a query can ask of a leg. It decides who is looked at first, and nothing else."""
    fits = Q(gender__in=[Admits.ANY, carrier.gender]) & ~Q(order__customer=carrier.user_id)
    if carrier.zones:
        fits &= Q(dropoff__zone__isnull=True) | Q(dropoff__zone__in=carrier.zones)
    if carrier.untrained:
        fits &= ~Q(order__kind__in=carrier.untrained)
    return fits


def hall(courier: Courier, *, sort: str = "best", kind: str = "") -> Hall:
    """The open legs for a courier. `sort` is one of SORTS, `kind` the name of one of `orders.kinds`. Constant queries."""
    held = list(jobs_of(courier))
    start = courier.position
    metres = Distances(courier.campus, courier.vehicle)
    way = [stop.place for stop in in_order(start, held, metres)]
    now = clock.now()
    # Full hands stop every job alike (see Hall.is_full): here they are empty.
    (carrier,) = admission.carriers([courier], carried={}, now=now)
    cards, blocked = [], []
    # What they may not take comes last: it is shown with its reason where there is room, and hides nothing else.
    first = Case(When(_may_enter(carrier), then=0), default=1)
    for leg in open_legs(courier).order_by(first, *IN_LINE)[:MOST_CARDS]:
        card = _card(leg, carrier, start, way, bool(held), metres, now)
        (blocked if card.refusal else cards).append(card)
    kinds = sorted({card.kind for card in cards}, key=lambda found: NAMES.index(found.name))
    on_the_way, nos = sum(card.on_the_way for card in cards), [card.no for card in cards]
    asked = wanted(courier, carrier)
    nos += [one.order.no for one in asked]
    if chosen := next((found for found in kinds if found.name == kind), None):
        cards = [card for card in cards if card.kind == chosen]
    if sort == "way":
        cards = [card for card in cards if card.on_the_way]
    return Hall(
        cards=sorted(cards, key=ORDER.get(sort, ORDER["best"])),
        blocked=blocked,
        on_the_way=on_the_way,
        kinds=kinds,
        held=held,
        is_full=len(held) >= courier.capacity,
        closed="" in carrier.untrained,
        nos=nos,
        wanted=asked,
    )


def waiting_for(courier: Courier) -> int:
    """How many open legs somebody who is off duty might take if they were on duty. Constant queries."""
    (carrier,) = admission.carriers([courier], carried={})
    carrier = replace(carrier, on_duty=True)
    legs = open_legs(courier).filter(_may_enter(carrier)).order_by(*IN_LINE)[:MOST_CARDS]
    return sum(not admission.why_not(carrier, admission.load(leg)) for leg in legs)


# Those that have failed once come first, whatever the order.
ORDER = {
    "best": lambda card: (-card.priority, -card.score),
    "way": lambda card: (-card.priority, card.extra_m or 0, -card.pay_fen),
    "near": lambda card: (card.to_pickup_m if card.to_pickup_m is not None else card.trip_m, -card.pay_fen),
    "pay": lambda card: (-card.pay_fen, -card.score),
}


def _card(leg, carrier, start, way, holding, metres, now) -> Card:
    order = leg.order
    take = leg.pickup or leg.dropoff
    known = start is not None or holding
    # Where there is no place to buy it yet, the way to the door alone says nothing.
    extra = extra_metres(start, way, leg, metres) if known and not is_anywhere(leg) else None
    trip = metres(leg.pickup, leg.dropoff) if leg.pickup else 0
    shared = next((place for place in (leg.dropoff, take) if any(place == other for other in way)), None)
    return Card(
        no=leg.no,
        kind=KINDS[order.kind],
        summary=order.summary,
        pickup=pickup_label(leg),
        dropoff=leg.dropoff.label,
        pay_fen=leg.total_fen + leg.tip_fen,
        due_at=leg.due_at or order.promised_at,
        to_pickup_m=metres(start, take) if start is not None and not is_anywhere(leg) else None,
        trip_m=trip,
        extra_m=extra,
        minutes=minutes_of(leg, trip if extra is None else extra, carrier.vehicle),
        shared=shared.label if shared else "",
        on_the_way=holding and extra is not None and extra <= ON_THE_WAY_M,
        waited_s=max(int((now - leg.opened_at).total_seconds()), 0) if leg.opened_at else 0,
        priority=leg.priority,
        tags=list(tags(leg)),
        refusal=admission.why_not(carrier, admission.load(leg)),
    )


def card(leg: Leg, courier: Courier, carrier: admission.Carrier) -> Card:
    """One open leg for a courier who stands where it begins; `carrier` is what admission knows of them."""
    metres = Distances(courier.campus, courier.vehicle)
    return _card(leg, carrier, courier.position, [], False, metres, clock.now())
