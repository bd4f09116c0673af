"""How long a job keeps a courier besides the ways: one estimate for what they read, and for what it is sorted by.

Pure: no database, no clock. Times in seconds.
"""

from campus.network import SPEED
from delivery.models import Leg
from orders.kinds import KINDS

# What virtual and real couriers need at a counter and at a door.
TAKE, GIVE = 90, 120
# Up to a floor and down again; looking for one more piece, and carrying it.
EACH_FLOOR, EACH_PIECE = 30, 30
# What may be bought anywhere has to be found first.
SHOPPING = 600


def handling_seconds(leg: Leg) -> int:
    """At the counter, in the shop or the queue, on the stairs and at the door."""
    details, kind = leg.order.details, KINDS[leg.order.kind]
    seconds = GIVE + 60 * details.get("minutes", 0) + EACH_PIECE * ((details.get("pieces") or 1) - 1)
    if leg.pickup is not None:
        seconds += TAKE
    elif kind.is_bought:
        seconds += TAKE + SHOPPING
    if not leg.to_shelf:
        seconds += EACH_FLOOR * kind.floors_on_foot(details, leg.dropoff)
    return seconds


def minutes_of(leg: Leg, metres: int, vehicle: str) -> int:
    """Whole minutes for that way by that vehicle and all that is done on it, rounded up."""
    return -int(-(metres / SPEED[vehicle] + handling_seconds(leg)) // 60)
