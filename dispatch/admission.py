"""May this courier carry this leg? One rule for hall, offers, scans and transfers, and for the engine's mask.

The rule is the table `CHECKS`, asked from top to bottom: the first line that stands in the way gives the reason. A
line looks at one fact of the leg only, so that for many couriers and legs at once (`mask`) each line is asked once
for every courier and every value that the fact has, and combined with numpy.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import Count
from django.utils.translation import gettext as _

from campus.models import Admits, Vehicle
from core import clock
from core.money import yuan
from dispatch.models import CARRIED, Attempt, Courier, Course, Leg

# The heaviest piece that each vehicle takes, in kilograms; an e-bike takes all that may be ordered.
CARRIES_KG = {Vehicle.FOOT: 15, Vehicle.BICYCLE: 25}
# What is worth more is for couriers with good credit only (declared value and goods bought with one's own money).
DEAR_FEN = 200_00


@dataclass(frozen=True)
class Carrier:
    """What the rule knows of a courier. `carried`: legs in their hands; `zones`: ids, none for everywhere;
    `untrained`: kinds of jobs whose course they miss ("" is the course for everybody)."""

    pk: int
    user_id: int
    campus_id: int
    status: str
    on_duty: bool
    gender: str
    vehicle: str
    capacity: int
    carried: int
    zones: frozenset[int]
    untrained: frozenset[str]
    is_trusted: bool
    is_resting: bool


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


@dataclass(frozen=True)
class Check:
    """`fact` of the load, whether it `stops` the carrier, and the sentence that says so."""

    fact: Callable[[Load], object]
    stops: Callable[[Carrier, object], bool]
    sentence: Callable[[Carrier, object], str]


def _nothing(load: Load) -> None:
    """For what depends on the courier alone."""


CHECKS = (
    Check(
        _nothing,
        lambda carrier, _fact: carrier.status != Courier.Status.ACTIVE,
        lambda carrier, _fact: _("Your courier account is not active."),
    ),
    Check(
        lambda load: load.campus_id,
        lambda carrier, campus_id: carrier.campus_id != campus_id,
        lambda carrier, campus_id: _("This job is on another campus."),
    ),
    Check(
        _nothing,
        lambda carrier, _fact: not carrier.on_duty,
        lambda carrier, _fact: _("Switch to on duty first."),
    ),
    Check(
        _nothing,
        lambda carrier, _fact: carrier.is_resting,
        lambda carrier, _fact: _("You have been on duty for twelve hours today. Please rest now."),
    ),
    Check(
        _nothing,
        lambda carrier, _fact: "" in carrier.untrained,
        lambda carrier, _fact: _("There are new lessons. Finish the training first."),
    ),
    Check(
        lambda load: load.gender,
        lambda carrier, gender: gender not in (Admits.ANY, carrier.gender),
        lambda carrier, gender: (
            _("Only male couriers may take this job.")
            if gender == Admits.MALE
            else _("Only female couriers may take this job.")
        ),
    ),
    Check(
        lambda load: load.zone_id,
        lambda carrier, zone_id: bool(carrier.zones) and zone_id is not None and zone_id not in carrier.zones,
        lambda carrier, zone_id: _("It goes to an area that you do not deliver to."),
    ),
    Check(
        lambda load: load.kind,
        lambda carrier, kind: kind in carrier.untrained,
        lambda carrier, kind: _("Do the training for this kind of job first."),
    ),
    Check(
        lambda load: load.kg,
        lambda carrier, kg: kg > CARRIES_KG.get(carrier.vehicle, kg),
        lambda carrier, kg: _("%(kg)s kg are too heavy for your vehicle.") % {"kg": kg},
    ),
    Check(
        lambda load: load.worth_fen > DEAR_FEN,
        lambda carrier, is_dear: is_dear and not carrier.is_trusted,
        lambda carrier, is_dear: (
            _("Goods worth more than %(yuan)s need a better credit score.") % {"yuan": yuan(DEAR_FEN)}
        ),
    ),
    Check(
        lambda load: load.customer_id,
        lambda carrier, customer_id: carrier.user_id == customer_id,
        lambda carrier, customer_id: _("This is your own order."),
    ),
    Check(
        lambda load: load.excluded,
        lambda carrier, excluded: carrier.pk in excluded,
        lambda carrier, excluded: _("You have given this job back."),
    ),
    Check(
        _nothing,
        lambda carrier, _fact: carrier.carried >= carrier.capacity,
        lambda carrier, _fact: (
            _("You already carry %(count)s orders. Finish one first.") % {"count": carrier.carried}
        ),
    ),
)


def why_not(carrier: Carrier, load: Load) -> str:
    """The reason in a sentence; empty if the courier may."""
    for check in CHECKS:
        fact = check.fact(load)
        if check.stops(carrier, fact):
            return check.sentence(carrier, fact)
    return ""


def mask(carriers: Sequence[Carrier], loads: Sequence[Load]) -> np.ndarray:
    """bool (carriers, loads): true where `why_not` has nothing to say."""
    allowed = np.ones((len(loads), len(carriers)), dtype=bool)
    for check in CHECKS:
        rows: dict[object, np.ndarray] = {}
        for i, load in enumerate(loads):
            fact = check.fact(load)
            if fact not in rows:
                rows[fact] = np.array([not check.stops(carrier, fact) for carrier in carriers], dtype=bool)
            allowed[i] &= rows[fact]
    return allowed.T


# -- From the database ---------------------------------------------------------------------------------------


def refusal(courier: Courier, leg: Leg, *, carried: int, excluded: bool = False) -> str:
    """Why not, in a sentence; empty if the courier may. `carried`: legs in the courier's hands now. Three queries."""
    (carrier,) = carriers([courier], carried={courier.pk: carried})
    return why_not(carrier, load(leg, [courier.pk] if excluded else []))


def admitted(couriers: Sequence[Courier], legs: Sequence[Leg]) -> np.ndarray:
    """bool (couriers, legs): who may carry what now. Constant queries; legs come with `order` and `dropoff`."""
    return mask(carriers(couriers), loads(legs))


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
    """In the same order. Four queries, however many; three when `carried` {courier id: legs} is known."""
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
    return [
        Carrier(
            pk=courier.pk,
            user_id=courier.user_id,
            campus_id=courier.campus_id,
            status=courier.status,
            on_duty=courier.on_duty,
            gender=courier.gender,
            vehicle=courier.vehicle,
            capacity=courier.capacity,
            carried=carried.get(courier.pk, 0),
            zones=frozenset(zones.get(courier.pk, ())),
            untrained=missed[courier.pk],
            is_trusted=courier.is_trusted,
            is_resting=courier.rest_until is not None and courier.rest_until > now,
        )
        for courier in couriers
    ]


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
