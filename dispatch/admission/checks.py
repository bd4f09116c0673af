"""The table of the rule: what is looked at, and what is said when it stands in the way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy as _n

from campus.models import Admits, Vehicle
from dispatch.admission.facts import Carrier, Load

if TYPE_CHECKING:
    import numpy as np

# The heaviest piece that each vehicle takes, in kilograms; an e-bike takes all that may be ordered.
CARRIES_KG = {Vehicle.FOOT: 15, Vehicle.BICYCLE: 25}
# What is worth more is for couriers with good credit only (declared value and goods bought with one's own money).
DEAR_FEN = 200_00


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
