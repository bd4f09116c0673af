"""May this courier carry this leg? One rule for hall, offers, scans and transfers, and for the engine's mask.

The rule is the table `CHECKS`, asked from top to bottom: the first line that stands in the way gives the reason. A
line looks at one fact of the leg only, so that for many couriers and legs at once (`mask`) each line is asked once
for every courier and every value that the fact has, and combined with numpy.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Q, prefetch_related_objects
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy as _n

from campus.models import Admits, Vehicle
from core import clock
from core.money import yuan
from couriers.models import Attempt, Courier, Course
from delivery.models import CARRIED, Leg
from dispatch.models import Block

if TYPE_CHECKING:
    import numpy as np

# The heaviest piece that each vehicle takes, in kilograms; an e-bike takes all that may be ordered.
CARRIES_KG = {Vehicle.FOOT: 15, Vehicle.BICYCLE: 25}
# What is worth more is for couriers with good credit only (declared value and goods bought with one's own money).
DEAR_FEN = 200_00


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


@dataclass(frozen=True, eq=False)
class Check:
    """One line of the rule: a `fact` of the load, and whether it `stops` the carrier. What it says then: `to_courier`,
    `to_dispatcher` about somebody else, `of_many` in a word, and `to_customer` when it stops everybody (empty where that is
    nobody else's business). `bends`: a dispatcher may force it."""

    fact: Callable[[Load], object]
    stops: Callable[[Carrier, object], bool]
    to_courier: str
    to_dispatcher: str
    of_many: str
    bends: bool = False
    to_customer: str = ""


class Reason(str):
    """Why not, as the courier reads it; `for_dispatcher` as a dispatcher does."""

    check: Check
    for_dispatcher: str

    @classmethod
    def of(cls, check: Check, carrier: Carrier, load: Load) -> "Reason":
        figures = {"name": carrier.name, "carried": carrier.carried, "kg": load.kg, "dear": yuan(DEAR_FEN)}
        reason = cls(check.to_courier % figures)
        reason.check, reason.for_dispatcher = check, check.to_dispatcher % figures
        # What stands behind this reason may be one that no dispatcher bends.
        if all(one.bends or not one.stops(carrier, one.fact(load)) for one in CHECKS):
            reason.for_dispatcher = gettext("%(reason)s It can be forced.") % {
                "reason": reason.for_dispatcher
            }
        return reason


def _nothing(load: Load) -> None:
    """For what depends on the courier alone."""


def _only_for(gender: str, to_courier: str, to_dispatcher: str, to_customer: str) -> Check:
    return Check(
        lambda load: load.gender == gender,
        lambda carrier, only: only and carrier.gender != gender,
        to_courier,
        to_dispatcher,
        _n("%(n)s may not enter there", "%(n)s may not enter there", "n"),
        to_customer=to_customer,
    )


OFF_DUTY = Check(
    _nothing,
    lambda carrier, _fact: not carrier.on_duty,
    _("Switch to on duty first."),
    _("%(name)s is off duty."),
    _n("%(n)s off duty", "%(n)s off duty", "n"),
    bends=True,
)
FULL_HANDS = Check(
    _nothing,
    lambda carrier, _fact: carrier.carried >= carrier.capacity,
    _("You already carry %(carried)s orders. Finish one first."),
    _("%(name)s already carries %(carried)s orders."),
    _n("%(n)s has full hands", "%(n)s have full hands", "n"),
    bends=True,
)
CHECKS = (
    Check(
        _nothing,
        lambda carrier, _fact: not carrier.may_work,
        _("Your courier account is not active."),
        _("%(name)s may not work just now."),
        _n("%(n)s may not work", "%(n)s may not work", "n"),
    ),
    Check(
        lambda load: load.campus_id,
        lambda carrier, campus_id: carrier.campus_id != campus_id,
        _("This job is on another campus."),
        _("%(name)s is on another campus."),
        _n("%(n)s on another campus", "%(n)s on another campus", "n"),
    ),
    OFF_DUTY,
    Check(
        _nothing,
        lambda carrier, _fact: carrier.is_resting,
        _("You have been on duty for twelve hours today. Please rest now."),
        _("%(name)s has been on duty for twelve hours and has to rest."),
        _n("%(n)s has to rest", "%(n)s have to rest", "n"),
    ),
    Check(
        _nothing,
        lambda carrier, _fact: "" in carrier.untrained,
        _("There are new lessons. Finish the training first."),
        _("%(name)s has not done the new lessons yet."),
        _n("%(n)s lacks the lessons", "%(n)s lack the lessons", "n"),
        bends=True,
    ),
    _only_for(
        Admits.MALE,
        _("Only male couriers may take this job."),
        _("%(name)s may not: only male couriers may take this job."),
        _("Only a man may carry it, and none is on duty just now."),
    ),
    _only_for(
        Admits.FEMALE,
        _("Only female couriers may take this job."),
        _("%(name)s may not: only female couriers may take this job."),
        _("Only a woman may carry it, and none is on duty just now."),
    ),
    Check(
        lambda load: load.zone_id,
        lambda carrier, zone_id: bool(carrier.zones) and zone_id is not None and zone_id not in carrier.zones,
        _("It goes to an area that you do not deliver to."),
        _("It goes to an area that %(name)s does not deliver to."),
        _n("%(n)s delivers elsewhere", "%(n)s deliver elsewhere", "n"),
        bends=True,
        to_customer=_("Nobody who is on duty just now delivers to this area."),
    ),
    Check(
        lambda load: load.kind,
        lambda carrier, kind: kind in carrier.untrained,
        _("Do the training for this kind of job first."),
        _("%(name)s has not done the training for this kind of job."),
        _n("%(n)s not trained for it", "%(n)s not trained for it", "n"),
        bends=True,
        to_customer=_("Nobody who is on duty just now is trained for this kind of errand."),
    ),
    Check(
        lambda load: load.kg,
        lambda carrier, kg: kg > CARRIES_KG.get(carrier.vehicle, kg),
        _("%(kg)s kg are too heavy for your vehicle."),
        _("%(kg)s kg are too heavy for %(name)s's vehicle."),
        _n("%(n)s cannot carry the weight", "%(n)s cannot carry the weight", "n"),
        to_customer=_("It is too heavy for the vehicles of those who could come just now."),
    ),
    Check(
        lambda load: load.worth_fen > DEAR_FEN,
        lambda carrier, is_dear: is_dear and not carrier.is_trusted,
        _("Goods worth more than %(dear)s need a better credit score."),
        _("Goods worth more than %(dear)s need a better credit score than %(name)s has."),
        _n("%(n)s with too low a credit score", "%(n)s with too low a credit score", "n"),
        bends=True,
        to_customer=_("Nobody who is on duty just now may carry goods of this value."),
    ),
    Check(
        lambda load: load.customer_id,
        lambda carrier, customer_id: carrier.user_id == customer_id,
        _("This is your own order."),
        _("%(name)s ordered this."),
        _n("%(n)s ordered it", "%(n)s ordered it", "n"),
    ),
    # Said in a way that tells nothing: it may be the customer who wants it so.
    Check(
        lambda load: load.customer_id,
        lambda carrier, customer_id: customer_id in carrier.blocked,
        _("This job is not for you."),
        _("%(name)s and this customer are not to be matched."),
        _n("%(n)s not to be matched with the customer", "%(n)s not to be matched with the customer", "n"),
    ),
    Check(
        lambda load: load.excluded,
        lambda carrier, excluded: carrier.pk in excluded,
        _("You have given this job back."),
        _("%(name)s has given this job back."),
        _n("%(n)s has given it back", "%(n)s have given it back", "n"),
        bends=True,
    ),
    FULL_HANDS,
)


def first_stop(carrier: Carrier, load: Load) -> Check | None:
    """The first line that stands in the way."""
    return next((check for check in CHECKS if check.stops(carrier, check.fact(load))), None)


def why_not(carrier: Carrier, load: Load) -> str:
    """The reason in a sentence (a `Reason`); empty if the courier may."""
    check = first_stop(carrier, load)
    return Reason.of(check, carrier, load) if check else ""


def why_nobody_to_customer(carriers: Sequence[Carrier], load: Load) -> str:
    """Why none of those on duty may carry it, in a sentence for its customer: what stops the one who comes closest."""
    if not carriers:
        return gettext("No courier is on duty on your campus just now.")
    stops = [check for carrier in carriers if (check := first_stop(carrier, load))]
    closest = max(stops, key=CHECKS.index, default=None)
    return str(closest.to_customer if closest else "") or gettext(
        "Nobody who is on duty just now may carry it."
    )


def why_nobody(carriers: Sequence[Carrier], load: Load, off_duty: int = 0) -> str:
    """Each reason with the number of couriers whom it stops, the commonest first: "3 have given it back · 2 off duty".
    Asked of those on duty; how many more there are is `off_duty`."""
    stopped: Counter[Check] = Counter()
    for carrier in carriers:
        if check := first_stop(carrier, load):
            stopped[check] += 1
    if off_duty:
        stopped[OFF_DUTY] += off_duty
    return " · ".join(check.of_many % {"n": n} for check, n in stopped.most_common())


def mask(carriers: Sequence[Carrier], loads: Sequence[Load]) -> "np.ndarray":
    """bool (carriers, loads): true where `why_not` has nothing to say."""
    import numpy as np  # asked for by boards and rounds of planning; every process imports this module

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
    """Why not, in a sentence; empty if the courier may. `carried`: legs in the courier's hands now. Four queries."""
    (carrier,) = carriers([courier], carried={courier.pk: carried})
    return why_not(carrier, load(leg, [courier.pk] if excluded else []))


def admitted(couriers: Sequence[Courier], legs: Sequence[Leg]) -> "np.ndarray":
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
