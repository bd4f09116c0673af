"""May this courier carry this leg? One rule for hall, offers, scans and transfers, and for the engine's mask.

The rule is the table `CHECKS`, asked from top to bottom: the first line that stands in the way gives the reason. A
line looks at one fact of the leg only, so that for many couriers and legs at once (`mask`) each line is asked once
for every courier and every value that the fact has, and combined with numpy.
"""

from dispatch.admission.checks import (
    CARRIES_KG,
    CHECKS,
    DEAR_FEN,
    FULL_HANDS,
    OFF_DUTY,
    Check,
    first_stop,
    mask,
)
from dispatch.admission.deciding import admitted, refusal
from dispatch.admission.facts import Carrier, Load, blocked_with, carriers, load, loads, missed_kinds
from dispatch.admission.reasons import Reason, why_nobody, why_nobody_to_customer, why_not

__all__ = [
    "CARRIES_KG",
    "CHECKS",
    "DEAR_FEN",
    "FULL_HANDS",
    "OFF_DUTY",
    "Carrier",
    "Check",
    "Load",
    "Reason",
    "admitted",
    "blocked_with",
    "carriers",
    "first_stop",
    "load",
    "loads",
    "mask",
    "missed_kinds",
    "refusal",
    "why_nobody",
    "why_nobody_to_customer",
    "why_not",
]
