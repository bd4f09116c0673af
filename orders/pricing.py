"""What an errand costs and by when it is there: one pure function over gathered facts.

No database and no clock in here: `orders.services.quoting` gathers the facts. An order stores the lines as they were
quoted, together with the version of the rule, and nobody computes them again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from campus.models import Weather
from core.money import percent_of

if TYPE_CHECKING:
    from orders.models import PriceRule

NIGHT_FROM, NIGHT_UNTIL = 22, 7
# The most that a customer may offer, or a courier ask for.
HIGHEST_BID_FEN = 200_00


@dataclass(frozen=True)
class Line:
    """One line of a quote: a code with its figures (kept in the order) and an amount in fen."""

    code: str
    fen: int
    params: dict = field(default_factory=dict)

    @property
    def label(self) -> str:
        return line_label(self.code, self.params)

    def as_json(self) -> dict:
        return {"code": self.code, "fen": self.fen, "params": self.params}


def line_label(code: str, params: dict) -> str:
    """The line's name in the active language; the stored quote keeps only code and figures."""
    labels = {
        "base": _("Base fee"),
        "offer": _("Fee you offer"),
        "bid": _("Your courier's price"),
        "distance": _("Distance %(metres)s m"),
        "weight": _("Weight %(kg)s kg"),
        "size": _("Parcel size %(size)s"),
        "floors": _("Carrying up %(floors)s floors"),
        "pieces": _("%(pieces)s pieces"),
        "waiting": _("Waiting %(minutes)s minutes"),
        "night": _("At night"),
        "rain": _("In the rain"),
        "storm": _("In a storm"),
        "surge": _("Busy now: %(open_jobs)s jobs for %(couriers)s couriers"),
        "floor": _("Up to the lowest fee"),
        "ceiling": _("Capped at the highest fee"),
        "goods": _("Budget for goods (unspent money comes back)"),
        "tip": _("Tip for the courier"),
    }
    text = labels.get(code, code)
    if code == "size":
        params = params | {"size": {"S": _("small"), "M": _("medium"), "L": _("large")}[params["size"]]}
    return text % params


@dataclass(frozen=True)
class Facts:
    """All that a price depends on. Lengths in metres, times aware, money in fen."""

    now: datetime  # when the quote is given
    at: datetime  # when the errand happens: the start of the window, or now
    local_hour: int  # of `at`, on the campus
    distance_m: int
    travel_seconds: int
    weather: str = Weather.CLEAR
    weight_kg: int = 0
    size: str = "S"
    floor: int = 1
    has_lift: bool = True
    pieces: int = 1
    minutes: int = 0
    offer_fen: int = 0
    goods_fen: int = 0
    tip_fen: int = 0
    open_jobs: int = 0
    couriers: int = 0
    window_end: datetime | None = None


@dataclass(frozen=True)
class Quote:
    """A price with its reasons. `fee_fen` is clamped to the campus's floor and ceiling; goods and tip are not."""

    lines: list[Line]
    fee_fen: int
    courier_fen: int
    goods_fen: int
    tip_fen: int
    total_fen: int
    promised_at: datetime
    expires_at: datetime
    distance_m: int
    rule: "PriceRule"


def compute(rule: "PriceRule", facts: Facts) -> Quote:
    """Price `facts` by `rule` (a `PriceRule`).

    The fee's lines add up to the fee exactly: what clamping adds or takes is a line of its own. Promise:
    the rule's minutes + the way + the waiting; for a scheduled errand the end of its window.
    """
    lines = _clamped(rule, list(_fee_lines(rule, facts)))
    fee = fee_of(lines)
    extra = [Line("goods", facts.goods_fen), Line("tip", facts.tip_fen)]
    lines += [line for line in extra if line.fen]
    promised = facts.window_end or facts.now + timedelta(
        minutes=rule.promise_minutes + facts.minutes, seconds=facts.travel_seconds
    )
    return Quote(
        lines=lines,
        fee_fen=fee,
        courier_fen=percent_of(fee, rule.courier_percent),
        goods_fen=facts.goods_fen,
        tip_fen=facts.tip_fen,
        total_fen=fee + facts.goods_fen + facts.tip_fen,
        promised_at=promised.replace(microsecond=0),
        expires_at=facts.now + timedelta(minutes=5),
        distance_m=facts.distance_m,
        rule=rule,
    )


def for_another_door(
    rule: "PriceRule", lines: list[Line], *, distance_m: int, floor: int, has_lift: bool
) -> list[Line]:
    """The lines of a quote with the way and the stairs priced anew by the same version of the rule. All else that was
    quoted stands: an address that is changed at night does not make it a night errand."""
    if any(line.code in {"offer", "bid"} for line in lines):
        return lines
    way = (_distance_line(rule, distance_m), _floors_line(rule, floor, has_lift))
    extra = [line for line in lines if line.code in {"goods", "tip"}]
    fee = [
        line for line in lines if line.code not in {"goods", "tip", "distance", "floors", "floor", "ceiling"}
    ]
    return [*_clamped(rule, [*fee, *(line for line in way if line)]), *extra]


def fee_of(lines: list[Line]) -> int:
    """What of a quote's lines is the fee."""
    return sum(line.fen for line in lines if line.code not in {"goods", "tip"})


def _clamped(rule: "PriceRule", lines: list[Line]) -> list[Line]:
    """The fee's lines between the rule's floor and ceiling: what that adds or takes is a line of its own."""
    raw = sum(line.fen for line in lines)
    fee = min(max(raw, rule.floor_fen), rule.ceiling_fen)
    return lines if fee == raw else [*lines, Line("floor" if fee > raw else "ceiling", fee - raw)]


def _fee_lines(rule: "PriceRule", f: Facts) -> Iterator[Line]:
    if f.offer_fen:
        yield Line("offer", f.offer_fen)
    else:
        yield Line("base", rule.base_fen)
        yield from _work_lines(rule, f)
    night = f.local_hour >= NIGHT_FROM or f.local_hour < NIGHT_UNTIL
    if night and rule.night_fen:
        yield Line("night", rule.night_fen)
    weather = {str(Weather.RAIN): rule.rain_fen, str(Weather.STORM): rule.storm_fen}.get(f.weather, 0)
    if weather and f.window_end is None:  # nobody knows the weather of the day after tomorrow
        yield Line(str(f.weather), weather)
    surge = surge_fen(rule, f.open_jobs, f.couriers)
    if surge and f.window_end is None:
        yield Line("surge", surge, {"open_jobs": f.open_jobs, "couriers": f.couriers})


def _work_lines(rule: "PriceRule", f: Facts) -> Iterator[Line]:
    """How hard the job is."""
    if line := _distance_line(rule, f.distance_m):
        yield line
    if f.weight_kg > rule.included_kg:
        yield Line("weight", (f.weight_kg - rule.included_kg) * rule.per_kg_fen, {"kg": f.weight_kg})
    if size := {"M": rule.size_m_fen, "L": rule.size_l_fen}.get(f.size):
        yield Line("size", size, {"size": f.size})
    if line := _floors_line(rule, f.floor, f.has_lift):
        yield line
    if f.pieces > 1:
        yield Line("pieces", (f.pieces - 1) * rule.per_piece_fen, {"pieces": f.pieces})
    if f.minutes:
        yield Line("waiting", ceil(f.minutes / 15) * rule.per_15min_fen, {"minutes": f.minutes})


def _distance_line(rule: "PriceRule", metres: int) -> Line | None:
    if metres <= rule.included_m:
        return None
    steps = ceil((metres - rule.included_m) / 100)
    return Line("distance", steps * rule.per_100m_fen, {"metres": metres})


def _floors_line(rule: "PriceRule", floor: int, has_lift: bool) -> Line | None:
    if floor <= 1 or has_lift or not rule.per_floor_fen:
        return None
    return Line("floors", (floor - 1) * rule.per_floor_fen, {"floors": floor - 1})


def surge_fen(rule: "PriceRule", open_jobs: int, couriers: int) -> int:
    """The demand surcharge: a step for each open job per courier on duty above one, up to the rule's greatest."""
    if open_jobs <= max(couriers, 1):
        return 0
    steps = open_jobs // max(couriers, 1) - 1 + (1 if open_jobs % max(couriers, 1) else 0)
    return min(steps * rule.surge_step_fen, rule.surge_max_fen)


@dataclass(frozen=True)
class CancelQuote:
    """What cancelling would cost now, shown before it is confirmed."""

    paid_fen: int
    fee_fen: int  # kept from the customer; all of it goes to the courier who set out
    reason: str  # free_unpaid | free_waiting | free_minute | fee

    @property
    def refund_fen(self) -> int:
        return self.paid_fen - self.fee_fen

    @property
    def explanation(self) -> str:
        return {
            "free_unpaid": _("Nothing has been paid yet."),
            "free_waiting": _("No courier has set out yet: you get everything back."),
            "free_minute": _("The courier has only just accepted: you get everything back."),
            "fee": _("The courier is already on the way and keeps part of the fee."),
        }[self.reason]


def cancel_quote(
    *, rule: "PriceRule", status: str, total_fen: int, fee_fen: int, accepted_at, now: datetime
) -> CancelQuote:
    """Price a cancellation. `rule` is the order's own version of the price rule, `total_fen` what the customer has paid
    and not got back already."""
    if status == "pending_payment":
        return CancelQuote(0, 0, "free_unpaid")
    if status == "placed" or accepted_at is None:
        return CancelQuote(total_fen, 0, "free_waiting")
    if now - accepted_at <= timedelta(minutes=rule.cancel_free_minutes):
        return CancelQuote(total_fen, 0, "free_minute")
    return CancelQuote(total_fen, min(percent_of(fee_fen, rule.cancel_percent), total_fen), "fee")
