"""Gather the facts that a price depends on."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _

from campus import network
from campus.models import Admits, Campus, Place, Vehicle
from core import clock
from core.errors import Invalid
from core.money import percent_of, yuan
from orders.models import Demand, Kind, PriceRule
from orders.pricing import Facts, Line, Quote, compute, fee_of

QUOTE_SALT = "orders.quote"
QUOTE_SECONDS = 300


def quote(*, campus: Campus, kind: str, data: dict, now: datetime | None = None) -> Quote:
    """Price an errand as the wizard describes it. `data` holds the cleaned form, amounts in fen.

    Raises Invalid when the campus has no price for the kind or the places do not fit.
    """
    now = now or clock.now()
    rule = PriceRule.objects.live().filter(campus=campus, kind=kind).first()
    if rule is None:
        raise Invalid(_("This service is not offered on your campus yet."))
    dropoff: Place | None = data.get("dropoff")
    if dropoff is None:
        raise Invalid(_("Choose where it should go."))
    pickup: Place | None = data.get("pickup")
    for place in (pickup, dropoff):
        if place is not None and (place.campus_id != campus.pk or not place.is_active):
            raise Invalid(_("This place is not on your campus."))
    check_gender(dropoff, data.get("gender_wanted", Admits.ANY))
    asks = kind == Kind.CUSTOM and data.get("asks_bids")
    offer = rule.floor_fen if asks else data.get("fee_offer_fen") or 0
    if kind == Kind.CUSTOM and offer < rule.floor_fen:
        raise Invalid(_("The lowest fee here is %(fee)s.") % {"fee": yuan(rule.floor_fen)})
    distance_m, seconds = 0, 0
    if pickup is not None and pickup != dropoff:
        travel = network.travel(campus, pickup, dropoff, Vehicle.BICYCLE)
        distance_m, seconds = round(travel.distance_m), round(travel.seconds)
    at = data.get("window_start") or now
    demand = Demand.objects.filter(zone_id=(pickup or dropoff).zone_id).first()
    facts = Facts(
        now=now,
        at=at,
        local_hour=timezone.localtime(at).hour,
        distance_m=distance_m,
        travel_seconds=seconds,
        weather=campus.weather,
        weight_kg=data.get("weight_kg") or 0,
        size=data.get("size") or "S",
        floor=data.get("floor") or 1,
        has_lift=dropoff.has_lift,
        pieces=data.get("pieces") or 1,
        minutes=data.get("minutes") or 0,
        offer_fen=offer if kind == Kind.CUSTOM else 0,
        goods_fen=data.get("budget_fen") or 0,
        tip_fen=data.get("tip_fen") or 0,
        open_jobs=demand.open_jobs if demand else 0,
        couriers=demand.couriers if demand else 0,
        window_end=data.get("window_end"),
    )
    found = compute(rule, facts)
    return without_fee(found) if asks else found


def without_fee(found: Quote) -> Quote:
    """What couriers are asked to bid for: all of a quote but the fee."""
    rest = [line for line in found.lines if line.code in {"goods", "tip"}]
    return replace(found, lines=rest, fee_fen=0, courier_fen=0, total_fen=found.goods_fen + found.tip_fen)


def courier_gender(dropoff: Place, wanted: str) -> str:
    """Who may carry it to the door: the zone decides where it admits one gender, the customer elsewhere."""
    admits = dropoff.zone.admits if dropoff.zone_id else Admits.ANY
    return admits if admits != Admits.ANY else wanted


def check_gender(dropoff: Place, wanted: str) -> None:
    if wanted != Admits.ANY and courier_gender(dropoff, wanted) != wanted:
        raise Invalid(_("Couriers of that gender may not enter this building."))


def seal(quote: Quote, *, campus: Campus, kind: str, data: dict) -> str:
    """The quote as a signed string that the page carries: what was shown is what is charged, for five minutes."""
    return signing.dumps(
        {
            "for": _fingerprint(campus, kind, data),
            "rule": quote.rule.pk,
            "lines": [line.as_json() for line in quote.lines],
            "until": quote.expires_at.isoformat(),
        },
        salt=QUOTE_SALT,
        compress=True,
    )


def unseal(token: str, *, campus: Campus, kind: str, data: dict, now: datetime) -> Quote | None:
    """The sealed quote, if it is genuine, still runs and is for just this errand; else None.

    The promised time is counted from now, so that reading the page slowly does not make the courier late.
    """
    try:
        sealed = signing.loads(token, salt=QUOTE_SALT)
    except signing.BadSignature:
        return None
    if sealed["for"] != _fingerprint(campus, kind, data) or datetime.fromisoformat(sealed["until"]) < now:
        return None
    fresh = quote(campus=campus, kind=kind, data=data, now=now)
    if fresh.rule.pk != sealed["rule"]:
        fresh = replace(fresh, rule=PriceRule.objects.get(pk=sealed["rule"]))
    lines = [Line(**line) for line in sealed["lines"]]
    fee = fee_of(lines)
    return replace(
        fresh,
        lines=lines,
        fee_fen=fee,
        courier_fen=percent_of(fee, fresh.rule.courier_percent),
        total_fen=fee + fresh.goods_fen + fresh.tip_fen,
    )


def _fingerprint(campus: Campus, kind: str, data: dict) -> str:
    """A digest of all that the price depends on."""
    names = (
        "pickup", "dropoff", "weight_kg", "size", "floor", "pieces", "minutes", "fee_offer_fen", "asks_bids",
        "budget_fen", "tip_fen", "gender_wanted", "window_start", "window_end",
    )  # fmt: skip
    facts = [campus.pk, kind, *(str(getattr(data.get(name), "pk", data.get(name) or "")) for name in names)]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:24]
