"""What a job is, in a few words: on cards, offers and its own page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from campus.models import Admits
from core import clock
from core.money import percent_of, yuan
from delivery.models import Leg
from orders.kinds import KINDS

SURCHARGES = ("night", "rain", "storm", "surge")


@dataclass(frozen=True)
class Tag:
    text: str
    tone: str = ""  # of the css class tag-…


def is_anywhere(leg: Leg) -> bool:
    """Something to buy wherever it can be had."""
    return leg.pickup is None and KINDS[leg.order.kind].is_bought


def pickup_label(leg: Leg) -> str:
    """Where to fetch it; empty when there is nothing to fetch."""
    if leg.rescues_id and leg.pickup is not None:
        return _("Near %(place)s, from another courier") % {"place": leg.pickup.label}
    if leg.pickup is not None:
        return leg.pickup.label
    return str(KINDS[leg.order.kind].anywhere_label)


def tags(leg: Leg) -> Iterator[Tag]:
    """What makes a job good or hard, in a few words each."""
    order, details = leg.order, leg.order.details
    if leg.bonus_fen:
        yield Tag(_("Bonus %(yuan)s") % {"yuan": yuan(leg.bonus_fen)}, "danger")
    if leg.tip_fen:
        yield Tag(_("Tip %(yuan)s") % {"yuan": yuan(leg.tip_fen)}, "danger")
    if leg.to_shelf:
        yield Tag(_("To the relay shelf"), "violet")
    elif leg.from_shelf:
        yield Tag(_("From the relay shelf"), "violet")
    if leg.rescues_id:
        yield Tag(_("From another courier"), "violet")
    surcharge = sum(line["fen"] for line in order.lines if line["code"] in SURCHARGES)
    if surcharge and order.fee_fen:
        share = percent_of(surcharge, round(100 * order.courier_fen / order.fee_fen))
        yield Tag(_("Surcharge %(yuan)s included") % {"yuan": yuan(share)}, "amber")
    if order.window_start:
        start, end = clock.hour_minute(order.window_start), clock.hour_minute(order.window_end)
        yield Tag(_("Booked for %(start)s–%(end)s") % {"start": start, "end": end}, "blue")
    elif order.promised_at - clock.now() > timedelta(minutes=45):
        yield Tag(_("No hurry"))
    if leg.gender == Admits.FEMALE:
        yield Tag(_("Women only"), "violet")
    elif leg.gender == Admits.MALE:
        yield Tag(_("Men only"), "violet")
    if order.budget_fen and not leg.continues and not order.merchant_id:
        yield Tag(_("You pay up to %(yuan)s first") % {"yuan": yuan(order.budget_fen)})
    kind = KINDS[order.kind]
    if not leg.to_shelf and (floors := kind.floors_on_foot(details, leg.dropoff)):
        if kind.floor_by_address:
            yield Tag(_("Floor %(floor)s, no lift") % {"floor": floors + 1})
        else:
            yield Tag(_("%(floors)s floors without a lift") % {"floors": floors})
    if details.get("downstairs") and not leg.to_shelf:
        yield Tag(_("They come downstairs"))
    for text in kind.courier_tags(details):
        yield Tag(str(text))
    if (kg := details.get("weight_kg") or 0) > 0:
        yield Tag(_("%(kg)s kg") % {"kg": kg})
    if (pieces := details.get("pieces") or 1) > 1:
        yield Tag(_("%(pieces)s pieces") % {"pieces": pieces})
    if minutes := details.get("minutes"):
        yield Tag(_("Waiting %(minutes)s minutes") % {"minutes": minutes})
