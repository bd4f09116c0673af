"""An offer as its courier, and the dispatcher, reads it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campus.models import Place
from core import clock
from couriers.models import Courier
from delivery.models import CARRIED, Leg
from delivery.selectors.labels import Tag, tags
from dispatch.models import Offer, OfferPause
from orders.kinds import KINDS, OrderKind


@dataclass(frozen=True)
class Stop:
    """A stop of the planned route: of the offer (`is_new`), or of what the courier carries anyway. What the plan has in
    store for later is left out: it may go to somebody else."""

    at: datetime
    place: str
    take: bool
    is_new: bool


@dataclass(frozen=True)
class Job:
    leg: Leg
    kind: OrderKind
    tags: list[Tag]


@dataclass(frozen=True)
class OfferCard:
    """`reasons` are sentences; `late` the most that a job of it would come behind its promise, in minutes."""

    offer: Offer
    jobs: list[Job]
    stops: list[Stop]
    reasons: list[str]
    late: int


def open_offer(courier: Courier) -> OfferCard | None:
    """What the courier is asked just now."""
    offer = (
        Offer.objects.filter(courier=courier, status=Offer.Status.OPEN, expires_at__gt=clock.now())
        .select_related("courier__user")
        .first()
    )
    return offer_card(offer) if offer else None


def offer_card(offer: Offer, *, full_names: bool = False) -> OfferCard:
    """Constant queries."""
    legs = list(offer.legs.select_related("order", "pickup", "dropoff__zone", "relay").order_by("pk"))
    explanation = offer.explanation
    places = Place.objects.in_bulk({stop["place"] for stop in explanation.get("route", [])})
    own = {leg.no for leg in legs}
    held = set(Leg.objects.filter(courier=offer.courier_id, status__in=CARRIED).values_list("no", flat=True))
    stops = [
        Stop(
            datetime.fromisoformat(stop["at"]), places[stop["place"]].label, stop["take"], stop["leg"] in own
        )
        for stop in explanation.get("route", [])
        if stop["place"] in places and stop["leg"] in own | held
    ]
    late = max((one["late"] for one in explanation.get("legs", {}).values()), default=0) // 60
    jobs = [Job(leg, KINDS[leg.order.kind], list(tags(leg))) for leg in legs]
    return OfferCard(offer, jobs, stops, reasons(offer, legs, full_names=full_names), late)


def reasons(offer: Offer, legs: list[Leg], *, full_names: bool = False) -> list[str]:
    """Why this courier: the times, and how much later the next best would have been."""
    explanation, sentences = offer.explanation, []
    if offer.made_by_id and not explanation:
        return [_("The dispatcher asks you.")]
    for leg in legs:
        if one := explanation.get("legs", {}).get(leg.no):
            sentences.append(
                _("%(what)s: fetched by %(picked)s, there by %(given)s (promised %(due)s)")
                % {
                    "what": leg.order.summary,
                    "picked": clock.hour_minute(one["picked_at"]),
                    "given": clock.hour_minute(one["given_at"]),
                    "due": clock.hour_minute(leg.due_at) if leg.due_at else "—",
                }
            )
    if explanation.get("favourite"):
        return [_("You are this customer's favourite: you are asked first.")]
    others = explanation.get("others", [])
    if not others:
        sentences.append(_("Nobody else could do it now."))
    else:
        more = others[0]["cost"]  # None where the search came to its plan by ways that it cannot price
        minutes = max(round((more or 0) / 60), 0)
        if full_names:
            name = str(Courier.objects.select_related("user").get(pk=others[0]["courier"]))
        if full_names and more is None:
            sentences.append(
                _("Next best: %(name)s, there by %(time)s")
                % {"name": name, "time": clock.hour_minute(others[0]["given_at"])}
            )
        elif full_names:
            sentences.append(
                _("Next best: %(name)s, there by %(time)s, %(minutes)s min dearer in all")
                % {"name": name, "time": clock.hour_minute(others[0]["given_at"]), "minutes": minutes}
            )
        elif minutes:
            sentences.append(
                ngettext(
                    "With anybody else it would cost %(minutes)s minute more.",
                    "With anybody else it would cost %(minutes)s minutes more.",
                    minutes,
                )
                % {"minutes": minutes}
            )
        else:
            sentences.append(_("You and others are equally near: it is your turn."))
    return sentences


def offers_paused(courier: Courier) -> bool:
    return OfferPause.objects.filter(courier=courier).exists()
