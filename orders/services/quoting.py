"""Gather the facts that a price depends on."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _

from campus import network
from campus.models import Campus, Place, Vehicle
from campus.surroundings import is_around
from core import clock
from core.errors import Invalid
from core.money import percent_of, yuan
from orders.gender import check_gender
from orders.kinds import KINDS
from orders.models import Demand, PriceRule
from orders.pauses import active_pauses, pause_for
from orders.pricing import Facts, Line, Quote, compute, fee_of
from orders.requests import ErrandRequest

QUOTE_SALT = "orders.quote"


def quote(request: ErrandRequest, *, now: datetime | None = None) -> Quote:
    """Price an errand. Raises Invalid when the campus has no price for the kind or the places do not fit."""
    now = now or clock.now()
    campus = request.campus
    rule = PriceRule.objects.live().filter(campus=campus, kind=request.kind).first()
    if rule is None:
        raise Invalid(_("This service is not offered on your campus yet."))
    pickup, dropoff = request.pickup, request.dropoff
    if dropoff is None:
        raise Invalid(_("Choose where it should go."))
    _check_pauses(request)
    for place in (pickup, dropoff):
        if place is not None and (place.campus_id != campus.pk or not place.is_active):
            raise Invalid(_("This place is not on your campus."))
    check_gender(dropoff, request.gender_wanted)
    by_customer = KINDS[request.kind].fee_by_customer
    if request.asks_bids and not by_customer:
        raise ValueError(f"{request.kind} is not put out to bids")
    offer = rule.floor_fen if request.asks_bids else request.fee_offer_fen
    if by_customer and offer < rule.floor_fen:
        raise Invalid(_("The lowest fee here is %(fee)s.") % {"fee": yuan(rule.floor_fen)})
    distance_m, seconds = 0, 0
    if pickup is not None and pickup != dropoff:
        travel = network.travel(campus, pickup, dropoff, Vehicle.BICYCLE)
        distance_m, seconds = round(travel.distance_m), round(travel.seconds)
    check_reach(campus, (pickup, dropoff), distance_m)
    at = request.window_start or now
    zone_id = (pickup or dropoff).zone_id
    demand = Demand.objects.filter(zone_id=zone_id).first() if zone_id else None
    facts = Facts(
        now=now,
        at=at,
        local_hour=timezone.localtime(at).hour,
        distance_m=distance_m,
        travel_seconds=seconds,
        weather=campus.weather,
        weight_kg=request.weight_kg,
        size=request.size or "S",
        floor=request.floor or 1,
        has_lift=KINDS[request.kind].floor_by_address and dropoff.has_lift,
        pieces=request.pieces or 1,
        minutes=request.minutes,
        offer_fen=offer if by_customer else 0,
        goods_fen=request.budget_fen,
        tip_fen=request.tip_fen,
        open_jobs=demand.open_jobs if demand else 0,
        couriers=demand.couriers if demand else 0,
        window_end=request.window_end,
    )
    found = compute(rule, facts)
    return without_fee(found) if request.asks_bids else found


def check_reach(campus: Campus, places: Iterable[Place | None], distance_m: int) -> None:
    """Raises Invalid for a place that is far from the campus, or doors farther apart than its orders may go."""
    for place in places:
        if place is not None and not is_around(campus, place.position):
            raise Invalid(
                _("%(place)s lies far outside of the campus: its position is wrong. Please tell the support.")
                % {"place": place.label}
            )
    if distance_m > campus.max_distance_m:
        raise Invalid(
            _("That is %(km).1f km from door to door; orders here go %(most).1f km at most.")
            % {"km": distance_m / 1000, "most": campus.max_distance_m / 1000}
        )


def _check_pauses(request: ErrandRequest) -> None:
    """Raises Invalid, in the operators' words, while nothing of the kind is ordered there. A window that begins when
    ordering is to go on may be booked."""
    places = (request.pickup, request.dropoff)
    pauses = active_pauses([request.campus])
    pause = pause_for(pauses, campus_id=request.campus.pk, kind=request.kind, places=places)
    if pause and not (request.window_start and pause.until and pause.until <= request.window_start):
        raise Invalid(pause.message, code="paused")


def without_fee(found: Quote) -> Quote:
    """What couriers are asked to bid for: all of a quote but the fee."""
    rest = [line for line in found.lines if line.code in {"goods", "tip"}]
    return replace(found, lines=rest, fee_fen=0, courier_fen=0, total_fen=found.goods_fen + found.tip_fen)


def sign_quote(quote: Quote, request: ErrandRequest) -> str:
    """The quote as a signed string that the page carries: what was shown is what is charged, for five minutes."""
    return signing.dumps(
        {
            "for": request.fingerprint,
            "rule": quote.rule.pk,
            "lines": [line.as_json() for line in quote.lines],
            "until": quote.expires_at.isoformat(),
        },
        salt=QUOTE_SALT,
        compress=True,
    )


def load_signed_quote(token: str, request: ErrandRequest, *, now: datetime) -> Quote | None:
    """The signed quote, if it is genuine, still runs and is for just this errand; else None.

    The promised time is counted from now, so that reading the page slowly does not make the courier late.
    """
    try:
        signed = signing.loads(token, salt=QUOTE_SALT)
    except signing.BadSignature:
        return None
    if signed["for"] != request.fingerprint or datetime.fromisoformat(signed["until"]) < now:
        return None
    fresh = quote(request, now=now)
    if fresh.rule.pk != signed["rule"]:
        fresh = replace(fresh, rule=PriceRule.objects.get(pk=signed["rule"]))
    lines = [Line(**line) for line in signed["lines"]]
    fee = fee_of(lines)
    return replace(
        fresh,
        lines=lines,
        fee_fen=fee,
        courier_fen=percent_of(fee, fresh.rule.courier_percent),
        total_fen=fee + fresh.goods_fen + fresh.tip_fen,
    )
