"""What the page of an order says first: where it is in words, by when, and the steps it has come."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from orders.availability import Availability
from orders.current_leg import CurrentLeg
from orders.kinds import KINDS
from orders.models import History, Order, Status
from orders.permissions import leg_stage


@dataclass(frozen=True)
class Step:
    label: str
    state: str  # done | now | todo | bad


@dataclass(frozen=True)
class Hero:
    """`title` and `sub` are sentences. `clock` is the time that matters (promised, delivered) and `clock_label` says
    what it is; `until` runs a countdown (None: there is nothing to wait for). `late_minutes` is 0 when in time.
    """

    title: str
    sub: str
    clock: datetime | None
    clock_end: datetime | None
    clock_label: str
    until: datetime | None
    late_minutes: int
    steps: list[Step]
    tone: str = ""  # "" | late | bad | good


def hero(
    order: Order,
    entries: list[History],
    now: datetime | None = None,
    availability: Availability | None = None,
    leg: CurrentLeg | None = None,
) -> Hero:
    """The head of an order's page. `entries` is its history, oldest first; `availability` says who could take it, while
    somebody is looked for, and `leg` where its present courier goes."""
    now = now or clock.now()
    stage = leg_stage(entries)
    title, sub = _words(order, stage, entries, availability, leg)
    waiting = order.is_live and order.status != Status.RETURNING
    late = (
        int(order.lateness(now).total_seconds() // 60) if waiting or order.status == Status.DELIVERED else 0
    )
    until = order.promised_at if waiting else order.pay_by if order.status == Status.PENDING_PAYMENT else None
    if order.review_due_at and not order.is_final:
        at, end, label, until = order.review_due_at, None, _("Decided by"), order.review_due_at
    elif order.wants_bids:
        at, end, label = order.pay_by, None, _("Choose by")
    elif order.status == Status.PENDING_PAYMENT:
        at, end, label = order.pay_by, None, _("Pay by")
    elif (
        order.status == Status.PLACED
        and not late
        and (availability.is_nobody if availability else order.give_up_at)
    ):
        at, end, label, until = order.give_up_at, None, _("All comes back at"), order.give_up_at
    elif waiting and leg and leg.latest and leg.latest >= now:
        at, end = leg.earliest, leg.latest
        label = _("Expected · promised by %(time)s") % {"time": clock.day_time(order.promised_at)}
    elif waiting and order.is_scheduled and not late:
        at, end, label = order.window_start, order.window_end, _("Booked for")
    elif waiting:
        at, end, label = order.promised_at, None, _("Expected by")
    elif order.delivered_at:
        at, end, label = order.delivered_at, None, _("Delivered at")
    else:
        at, end, label = order.closed_at, None, _("Closed at")
    tone = ""
    if order.status in (Status.CANCELLED, Status.EXPIRED, Status.RETURNED):
        tone = "bad"
    elif waiting and now > order.promised_at:
        tone = "late"
    elif order.delivered_at:
        tone = "good"
    return Hero(title, sub, at, end, label, until, late, steps(order, stage), tone)


def _handed_over(entries: list[History]) -> str:
    """How it was delivered (`orders.services.deliver`), empty before."""
    return next((e.data.get("how", "") for e in reversed(entries) if e.action in ("deliver", "collect")), "")


def _looking(found: Availability | None) -> tuple[str, str]:
    """While nobody has accepted: only what is so."""
    if found is None:
        return _("Finding you a courier"), ""
    if found.is_nobody:
        return _("Nobody can take it just now"), found.reason
    if not found.free:
        text = ngettext(
            "%(n)s courier on duty may carry it, and has full hands. You hear as soon as somebody accepts.",
            "%(n)s couriers on duty may carry it, and all have full hands. You hear as soon as somebody accepts.",
            found.busy,
        )
        return _("Finding you a courier"), text % {"n": found.busy}
    text = ngettext(
        "%(n)s courier on duty may take it now.", "%(n)s couriers on duty may take it now.", found.free
    )
    return _("Finding you a courier"), text % {"n": found.free}


def _in_station(found: Availability | None, leg: CurrentLeg | None) -> tuple[str, str]:
    """The goods lie in the relay station."""
    if leg is None or leg.station is None:
        return _("At the relay station"), ""
    title = _("In %(station)s") % {"station": leg.station.label}
    if leg.has_courier:
        return title, _("The next courier is on the way to fetch it and take it to your door.")
    if found is None:
        return title, ""
    if found.is_nobody:
        return title, _("Nobody may take it to your door just now: %(reason)s") % {"reason": found.reason}
    return title, _looking(found)[1]


def _words(
    order: Order, stage: str, entries: list[History], found: Availability | None, leg: CurrentLeg | None
) -> tuple[str, str]:
    handed_over = _handed_over(entries)
    place = order.pickup.label if order.pickup else order.dropoff.label
    kind = KINDS[order.kind]
    has_place = order.pickup is not None or kind.done_at_dropoff
    at_door_only = not kind.has_pickup_stage(order.pickup_id)
    match order.status:
        case Status.PENDING_PAYMENT if order.review_due_at:
            return _("An operator looks at it first"), _(
                "What you wrote may be prohibited. If nobody has decided by then, it is cancelled. You have paid nothing."
            )
        case Status.PENDING_PAYMENT if order.wants_bids:
            return _("Couriers name their price"), _(
                "Their prices come in below. You pay when you have chosen one."
            )
        case Status.PENDING_PAYMENT:
            return _("Waiting for your payment"), _("The order is placed as soon as it is paid.")
        case Status.PLACED if order.review_due_at:
            return _("An operator looks at it first"), _(
                "What you wrote may be prohibited. If nobody has decided by then, it is cancelled and all you paid comes back."
            )
        case Status.PLACED if order.release_at and order.release_at <= clock.now():
            return _("Waiting"), _("A courier is looked for as soon as orders are taken here again.")
        case Status.PLACED if order.release_at:
            return _("Booked"), _("We look for a courier in good time before your window.")
        case Status.PLACED:
            return _looking(found)
        case Status.ACCEPTED if stage == "arrive_at_pickup":
            return str(kind.at_pickup_title), place if has_place else ""
        case Status.ACCEPTED if at_door_only:
            return _("The courier is seeing to it"), order.dropoff.label
        case Status.ACCEPTED if not has_place:
            return _("The courier is seeing to it"), _("There is no fixed place to fetch it from.")
        case Status.ACCEPTED if leg and leg.to_station:
            way = _("%(place)s, then to %(station)s") % {"place": place, "station": leg.station.label}
            return _("Courier on the way to pick up"), way
        case Status.ACCEPTED:
            return _("Courier on the way to pick up"), place
        case Status.PICKED_UP if stage == "arrive_at_dropoff":
            return _("The courier is at your door"), _("Please show your receiving code.")
        case Status.PICKED_UP if leg and leg.from_another:
            return _("Another courier is on the way to fetch it"), _(
                "The first one cannot go on. You see on the map when it is on its way to you again."
            )
        case Status.PICKED_UP if leg and leg.to_station:
            return _("On the way to %(station)s") % {"station": leg.station.label}, _(
                "It waits there for another courier, who may enter, to take it to your door."
            )
        case Status.PICKED_UP:
            return _("On the way to you"), order.dropoff.label
        case Status.AT_RELAY:
            return _in_station(found, leg)
        case Status.DELIVERED if handed_over == "self":
            return _("You have fetched it"), _("Please have a look at it, and confirm that all is well.")
        case Status.DELIVERED if handed_over == "far":
            return _("Is it at your door?"), _(
                "The courier says that it was left there, but was somewhere else by their phone's position."
            )
        case Status.DELIVERED if handed_over in ("photo", "waived"):
            return _("Left at your door"), _("Please have a look, and confirm that it is there.")
        case Status.DELIVERED:
            return _("Delivered"), _("Please confirm that it is in your hands.")
        case Status.COMPLETED:
            return _("Completed"), _("Thank you for ordering.")
        case Status.CANCELLED if order.is_written_off:
            return _("It was lost on the way"), _(
                "We are sorry. Everything you paid goes back the way you paid."
            )
        case Status.CANCELLED if any(e.reason == "nobody_came" and e.role == "system" for e in entries):
            return _("Nobody accepted it in time"), _(
                "It was cancelled by itself, as you had set. Everything comes back."
            )
        case Status.CANCELLED if order.placed_at is None:
            return _("Cancelled"), _("Nothing had been paid.")
        case Status.CANCELLED:
            return _("Cancelled"), ""
        case Status.EXPIRED:
            return _("Not paid in time"), _("The order was closed. It cost you nothing.")
        case Status.RETURNING:
            return _("The goods are going back"), _("It could not be delivered. See the case above.")
        case Status.RETURNED:
            return _("The goods have been returned"), place
    return order.get_status_display(), ""


def steps(order: Order, stage: str) -> list[Step]:
    """Ordered, accepted, picked up, on the way, delivered; none for an order that ended on the way."""
    if order.status in (Status.CANCELLED, Status.EXPIRED, Status.RETURNING, Status.RETURNED):
        return []
    kind = KINDS[order.kind]
    fetched = kind.has_pickup_stage(order.pickup_id)
    middle = [str(label) for label in kind.middle_steps] if fetched else [_("In hand")]
    labels = [_("Ordered"), _("Accepted"), *middle, _("Delivered")]
    last = len(labels) - 1
    # The step that it is in; what lies before is done.
    at = {
        Status.PENDING_PAYMENT: -1,
        Status.PLACED: 0,
        Status.ACCEPTED: 1 if fetched else last - 1,
        Status.PICKED_UP: last - 1,
        Status.AT_RELAY: last - 1,
        Status.DELIVERED: last,
        Status.COMPLETED: len(labels),
    }[Status(order.status)]
    return [Step(label, "done" if i < at else "now" if i == at else "todo") for i, label in enumerate(labels)]
