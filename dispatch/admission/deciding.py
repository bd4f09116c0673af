"""May they? Of one courier and one leg, or of many at once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from couriers.models import Courier
from delivery.models import Leg
from dispatch.admission.checks import mask
from dispatch.admission.facts import carriers, load, loads
from dispatch.admission.reasons import why_not

if TYPE_CHECKING:
    import numpy as np


def refusal(courier: Courier, leg: Leg, *, carried: int, excluded: bool = False) -> str:
    """Why not, in a sentence; empty if the courier may. `carried`: legs in the courier's hands now. Four queries."""
    (carrier,) = carriers([courier], carried={courier.pk: carried})
    return why_not(carrier, load(leg, [courier.pk] if excluded else []))


def admitted(couriers: Sequence[Courier], legs: Sequence[Leg]) -> "np.ndarray":
    """bool (couriers, legs): who may carry what now. Constant queries; legs come with `order` and `dropoff`."""
    return mask(carriers(couriers), loads(legs))
