"""What each of two couriers gets when the second fetches the goods of the first on the way: pure sums.

The leg's pay is for fetching the goods and for the way with them. Who has fetched them has earned the first part (a share
that the campus sets), and of the rest what lies behind them. What is left pays for the way that is still to go. So that
whoever steps in is paid as for a whole job, the platform adds by itself what the first one has earned; the customer pays
nothing more.
"""

from dataclasses import dataclass

from campus.network import Spot, distance_m
from core.money import percent_of
from delivery.models import Leg

# Where nobody can tell how far somebody has come.
HALF = 50


@dataclass(frozen=True)
class RescuePay:
    """In fen: `giver_fen` and `taker_fen` make up what the leg pays; `extra_fen` is the platform's. `gone` is the way that
    lies behind the first one, in percent."""

    giver_fen: int
    taker_fen: int
    extra_fen: int
    gone: int


def way_gone(leg: Leg, where: Spot) -> int:
    """Percent of the leg's way with the goods that lie behind somebody who is at `where`. Goods that go back have made the
    way to the door before."""
    if leg.pickup is None:
        return HALF
    vehicle, there = leg.courier.vehicle, 0
    if leg.goes_back:
        there = distance_m(leg.campus, leg.pickup, leg.order.dropoff, vehicle)
        back = distance_m(leg.campus, leg.order.dropoff, leg.dropoff, vehicle)
    else:
        back = distance_m(leg.campus, leg.pickup, leg.dropoff, vehicle)
    left = distance_m(leg.campus, where, leg.dropoff, vehicle)
    return percent_gone(there + back, left)


def percent_gone(whole: int, left: int) -> int:
    """Of so many metres, when so many are left: 0 to 100, also for who has gone astray."""
    return max(0, min(100, round(100 * (whole - left) / whole))) if whole else HALF


def divide(pay_fen: int, gone: int, *, for_fetching: int, extra_fen: int | None = None) -> RescuePay:
    """Divide what a leg pays. `gone` and `for_fetching` in percent; `extra_fen` None: so much that the second gets as much
    as the first would have."""
    share = for_fetching + (100 - for_fetching) * gone / 100
    giver_fen = percent_of(pay_fen, round(share))
    extra = giver_fen if extra_fen is None else extra_fen
    return RescuePay(giver_fen, pay_fen - giver_fen, extra, gone)


def quote_rescue(leg: Leg, where: Spot, extra_fen: int | None = None) -> RescuePay:
    """What it would come to now, if another courier fetched the goods of this leg there."""
    gone = way_gone(leg, where)
    return divide(leg.pay_fen, gone, for_fetching=leg.campus.fetching_percent, extra_fen=extra_fen)
