"""What the rule knows of couriers and legs, and reading it from the database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, prefetch_related_objects

from core import clock
from couriers.models import Attempt, Courier, Course
from delivery.models import CARRIED, Leg
from dispatch.models import Block


@dataclass(frozen=True)
class Carrier:
    """What the rule knows of a courier. `carried`: legs in their hands; `zones`: ids, none for everywhere;
    `untrained`: kinds of jobs whose course they miss ("" is the course for everybody); `blocked`: ids of people whom they
    are never matched with."""

    pk: int
    user_id: int
    campus_id: int
    may_work: bool
    on_duty: bool
    gender: str
    vehicle: str
    capacity: int
    carried: int
    zones: frozenset[int]
    untrained: frozenset[str]
    is_trusted: bool
    is_resting: bool
    blocked: frozenset[int] = frozenset()
    name: str = ""


@dataclass(frozen=True)
class Load:
    """What the rule knows of a leg. `zone_id`: of the drop-off; `excluded`: ids of couriers who gave it back."""

    campus_id: int
    gender: str
    zone_id: int | None
    kind: str
    kg: int
    worth_fen: int
    customer_id: int
    excluded: frozenset[int]


def loads(legs: Sequence[Leg]) -> list[Load]:
    """In the same order. One query; legs come with `order` and `dropoff`."""
    excluded: dict[int, list[int]] = {}
    for leg_id, courier_id in Leg.excluded.through.objects.filter(leg__in=legs).values_list(
        "leg_id", "courier_id"
    ):
        excluded.setdefault(leg_id, []).append(courier_id)
    return [load(leg, excluded.get(leg.pk, ())) for leg in legs]


def load(leg: Leg, excluded: Iterable[int] = ()) -> Load:
    """No query when `leg.order` and `leg.dropoff` are there."""
    order = leg.order
    return Load(
        campus_id=leg.campus_id,
        gender=leg.gender,
        zone_id=leg.dropoff.zone_id,
        kind=order.kind,
        kg=order.details.get("weight_kg") or 0,
        worth_fen=order.goods_value_fen + order.budget_fen,
        customer_id=order.customer_id,
        excluded=frozenset(excluded),
    )


def carriers(
    couriers: Sequence[Courier], *, carried: dict[int, int] | None = None, now: datetime | None = None
) -> list[Carrier]:
    """In the same order. Five queries, however many; four when `carried` {courier id: legs} is known. One more where
    the couriers come without `user`."""
    prefetch_related_objects(couriers, "user")
    ids, now = [courier.pk for courier in couriers], now or clock.now()
    zones: dict[int, set[int]] = {}
    for courier_id, zone_id in Courier.zones.through.objects.filter(courier__in=ids).values_list(
        "courier_id", "zone_id"
    ):
        zones.setdefault(courier_id, set()).add(zone_id)
    if carried is None:
        busy = Leg.objects.filter(courier__in=ids, status__in=CARRIED).values_list("courier")
        carried = dict(busy.annotate(count=Count("pk")).order_by())
    missed = missed_kinds(couriers, now)
    blocked = blocked_with([courier.user_id for courier in couriers])
    return [
        Carrier(
            pk=courier.pk,
            user_id=courier.user_id,
            campus_id=courier.campus_id,
            may_work=courier.may_work,
            on_duty=courier.on_duty,
            gender=courier.gender,
            vehicle=courier.vehicle,
            capacity=courier.capacity,
            carried=carried.get(courier.pk, 0),
            zones=frozenset(zones.get(courier.pk, ())),
            untrained=missed[courier.pk],
            is_trusted=courier.is_trusted,
            is_resting=courier.rest_until is not None and courier.rest_until > now,
            blocked=frozenset(blocked.get(courier.user_id, ())),
            name=courier.user.display_name,
        )
        for courier in couriers
    ]


def blocked_with(user_ids: Sequence[int]) -> dict[int, set[int]]:
    """{user id: ids of those whom they are never matched with, whoever of the two wanted it}. One query."""
    pairs: dict[int, set[int]] = {}
    blocks = Block.objects.filter(Q(by__in=user_ids) | Q(other__in=user_ids))
    for by, other in blocks.values_list("by_id", "other_id"):
        pairs.setdefault(by, set()).add(other)
        pairs.setdefault(other, set()).add(by)
    return pairs


def missed_kinds(couriers: Sequence[Courier], now: datetime) -> dict[int, frozenset[str]]:
    """{courier id: kinds of jobs closed to them for want of training}. Two queries, one where nothing is taught."""
    campuses = {courier.campus_id for courier in couriers}
    courses: dict[int, list[Course]] = {}
    for course in Course.objects.filter(campus__in=campuses, status=Course.Status.LIVE):
        courses.setdefault(course.campus_id, []).append(course)
    passed = set()
    if courses:
        ids = [courier.pk for courier in couriers]
        passed = set(
            Attempt.objects.filter(
                courier__in=ids, course__status=Course.Status.LIVE, passed=True
            ).values_list("courier_id", "course_id")
        )
    return {
        courier.pk: frozenset(
            course.kind
            for course in courses.get(courier.campus_id, ())
            if (courier.pk, course.pk) not in passed and course.is_missed_by(courier, now)
        )
        for courier in couriers
    }
