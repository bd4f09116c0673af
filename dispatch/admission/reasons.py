"""Why not, in words: for the courier, for a dispatcher, for the customer, and of many in a line."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext

from core.money import yuan
from dispatch.admission.checks import CHECKS, DEAR_FEN, OFF_DUTY, Check, first_stop
from dispatch.admission.facts import Carrier, Load


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
