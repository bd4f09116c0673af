"""The dispatcher's board: what waits, who is there, and where."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Prefetch

from campus.models import Campus
from core import clock
from couriers.models import Courier
from delivery.models import CARRIED, Leg, LegStatus
from delivery.selectors.jobs import courier_pin, pin
from delivery.selectors.labels import pickup_label
from dispatch import admission
from dispatch.models import Offer, Planning
from orders.kinds import KINDS, OrderKind

MOST_LEGS, MOST_COURIERS = 200, 200


@dataclass(frozen=True)
class LegCard:
    """`offer` is the open one, if any. `nobody`: why none of the couriers may take it, empty when one may. `movable`: it
    may still be given to somebody else."""

    leg: Leg
    kind: OrderKind
    pickup: str
    offer: Offer | None
    late: bool
    nobody: str = ""

    @property
    def movable(self) -> bool:
        before_pickup = (LegStatus.OPEN, LegStatus.OFFERED, LegStatus.ASSIGNED, LegStatus.AT_PICKUP)
        return self.leg.status in before_pickup and not self.leg.rescues_id


@dataclass(frozen=True)
class CourierCard:
    courier: Courier
    legs: list[LegCard]
    asked: bool


@dataclass(frozen=True)
class Board:
    campus: Campus
    open: list[LegCard]
    waiting: int  # second legs whose first is on the way
    couriers: list[CourierCard]
    pins: list[dict]
    planning: Planning | None
    at: datetime


def board(campus: Campus) -> Board:
    """Constant queries, whatever waits."""
    now = clock.now()
    asked = Prefetch(
        "offers", Offer.objects.filter(status=Offer.Status.OPEN).select_related("courier__user"), "asked"
    )
    legs = (
        Leg.objects.filter(campus=campus, status__in=[LegStatus.OPEN, LegStatus.OFFERED, *CARRIED])
        .select_related("order", "pickup", "dropoff", "courier__user")
        .prefetch_related(asked)
        .order_by("-priority", "due_at", "pk")[: MOST_LEGS * 2]
    )
    cards = [
        LegCard(
            leg, KINDS[leg.order.kind], pickup_label(leg), leg.asked[0] if leg.asked else None,
            bool(leg.due_at and leg.due_at < now),
        )
        for leg in legs
    ]  # fmt: skip
    carried: dict[int, list[LegCard]] = {}
    for card in cards:
        if card.leg.courier_id:
            carried.setdefault(card.leg.courier_id, []).append(card)
    open_now = [card for card in cards if not card.leg.courier_id]
    busy = {card.offer.courier_id for card in open_now if card.offer}
    couriers = (
        Courier.objects.filter(campus=campus, on_duty=True)
        .select_related("user")
        .order_by("user__name", "pk")
    )
    couriers = list(couriers[:MOST_COURIERS])
    open_now = _with_why_nobody(open_now[:MOST_LEGS], couriers, campus)
    people = [CourierCard(one, carried.get(one.pk, []), one.pk in busy) for one in couriers]
    pins = [pin("pickup", card.leg.pickup, id=f"leg-{card.leg.no}") for card in open_now if card.leg.pickup]
    pins += [
        courier_pin(one.courier, id=f"courier-{one.courier.pk}") | {"label": one.courier.user.display_name}
        for one in people
        if one.courier.position
    ]
    return Board(
        campus=campus,
        open=open_now,
        waiting=Leg.objects.filter(campus=campus, status=LegStatus.WAITING).count(),
        couriers=people,
        pins=pins,
        planning=Planning.objects.filter(campus=campus).first(),
        at=now,
    )


def _with_why_nobody(cards: list[LegCard], couriers: Sequence[Courier], campus: Campus) -> list[LegCard]:
    """The open jobs; those that no courier may take say why. Constant queries."""
    carriers = admission.carriers(couriers)
    loads = admission.loads([card.leg for card in cards])
    off_duty = Courier.objects.filter(Courier.MAY_WORK, campus=campus, on_duty=False).count()
    somebody = admission.mask(carriers, loads).any(axis=0)
    return [
        card
        if possible or card.offer
        else replace(card, nobody=admission.why_nobody(carriers, load, off_duty))
        for card, load, possible in zip(cards, loads, somebody, strict=True)
    ]
