"""What a courier is told and asked at each stage of a leg: words only; what is allowed the state machine says."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_fsm import can_proceed

from delivery.models import Leg, LegStatus
from delivery.plan import nothing_to_fetch
from orders.kinds import KINDS


class GiveBackReason(models.TextChoices):
    """Why a job is given back. Kept as "code" or "code: own words"; `describe` makes a sentence of it."""

    TOO_FAR = "too_far", gettext_lazy("Too far away")
    NO_TIME = "no_time", gettext_lazy("No time any more")
    VEHICLE = "vehicle", gettext_lazy("Trouble with my vehicle")
    HEALTH = "health", gettext_lazy("I feel unwell or had an accident")
    NOT_THERE = "not_there", gettext_lazy("The goods are not there")
    TOO_HEAVY = "too_heavy", gettext_lazy("Heavier or bigger than described")
    PROHIBITED = "prohibited", gettext_lazy("It is prohibited, or dangerous")
    OTHER = "other", gettext_lazy("Something else")


def describe(reason: str) -> str:
    """A reason as it was stored, in the active language; an operator's own words stay as they are."""
    code, _colon, words = reason.partition(": ")
    if code not in GiveBackReason.values:
        return reason
    return f"{GiveBackReason(code).label}: {words}" if words else str(GiveBackReason(code).label)


@dataclass(frozen=True)
class Step:
    """What the courier does next: the transition, its slider, its button and what that means."""

    name: str  # of the transition, and of the URL
    slide: str
    button: str


def next_step(leg: Leg) -> Step | None:
    """The one step that the state machine allows now; None when there is nothing more to do.

    At a relay's shelf the step is a scan: "hand_in" or "hand_out"; where another courier's goods are, it is "collect".
    """
    if leg.goes_back and leg.status == LegStatus.AT_DROPOFF:
        return Step("bring_back", _("Slide when you have handed it back"), _("Handed back"))
    if leg.to_shelf and leg.status == LegStatus.AT_DROPOFF:
        return Step("hand_in", "", _("Scan the shelf"))
    if leg.rescues_id and leg.status == LegStatus.AT_PICKUP:
        return Step("collect", "", _("Scan their code"))
    if leg.from_shelf and leg.status == LegStatus.AT_PICKUP:
        return Step("hand_out", "", _("Scan the shelf"))
    if nothing_to_fetch(leg) and leg.status == LegStatus.ASSIGNED:
        return Step("arrive_at_dropoff", *map(str, _WORDS["arrive_at_dropoff"](leg)))
    for name, words in _WORDS.items():
        if can_proceed(getattr(leg, name)):
            slide, button = words(leg)
            return Step(name, str(slide), str(button))
    return None


_WORDS = {
    "arrive_at_pickup": lambda leg: (_("Slide when you are there"), _("Arrived")),
    "pick_up": lambda leg: (KINDS[leg.order.kind].pick_up_slide, KINDS[leg.order.kind].pick_up_button),
    "arrive_at_dropoff": lambda leg: (
        (_("Slide when you are there"), _("Arrived"))
        if leg.goes_back
        else (_("Slide when you are at the relay station"), _("Arrived"))
        if leg.to_shelf
        else (_("Slide when you are at the door"), _("At the door"))
    ),
    "finish": lambda leg: (_("Slide to finish"), _("Delivered")),
}


def title(leg: Leg) -> str:
    """The stage in a few words, from the courier's side."""
    match leg.status:
        case LegStatus.PICKED_UP if leg.goes_back:
            return _("Take it back to where you fetched it")
        case LegStatus.AT_DROPOFF if leg.goes_back:
            return _("Hand it back")
        case LegStatus.DONE if leg.goes_back:
            return _("Brought back, thank you")
        case LegStatus.ASSIGNED | LegStatus.AT_PICKUP if leg.from_shelf:
            return _("Fetch it from the shelf")
        case LegStatus.ASSIGNED if leg.rescues_id:
            return _("Fetch it from another courier")
        case LegStatus.AT_PICKUP if leg.rescues_id:
            return _("Take the goods over")
        case LegStatus.HANDING_ON:
            return _("Another courier comes to fetch it")
        case LegStatus.HANDED_ON:
            return _("Handed on, thank you")
        case LegStatus.PICKED_UP if leg.to_shelf:
            return _("On the way to the relay station")
        case LegStatus.AT_DROPOFF if leg.to_shelf:
            return _("At the relay station")
        case LegStatus.DONE if leg.to_shelf:
            return _("It is on the shelf, well done")
        case LegStatus.ASSIGNED | LegStatus.PICKED_UP if nothing_to_fetch(leg):
            return _("See to it, and go there")
        case LegStatus.ASSIGNED:
            return str(KINDS[leg.order.kind].pickup_title)
        case LegStatus.AT_PICKUP:
            return str(KINDS[leg.order.kind].at_pickup_courier_title)
        case LegStatus.PICKED_UP:
            return _("On the way to the customer")
        case LegStatus.AT_DROPOFF:
            return _("At the door")
        case LegStatus.DONE:
            return _("Delivered, well done")
        case LegStatus.CANCELLED:
            return _("The order was cancelled")
        case LegStatus.FAILED:
            return _("It ended without a delivery")
        case LegStatus.RELEASED:
            return _("This job is no longer yours")
    return str(leg.get_status_display())


def progress(leg: Leg) -> list[dict]:
    """The stages for components/steps.html."""
    labels = [
        (LegStatus.ASSIGNED, _("Accepted")),
        (LegStatus.AT_PICKUP, _("Arrived")),
        (LegStatus.PICKED_UP, str(KINDS[leg.order.kind].pick_up_button)),
        (
            LegStatus.AT_DROPOFF,
            _("At the pickup") if leg.goes_back else _("At the relay") if leg.to_shelf else _("At the door"),
        ),
        (
            LegStatus.DONE,
            _("Handed back") if leg.goes_back else _("On the shelf") if leg.to_shelf else _("Delivered"),
        ),
    ]
    status = leg.status
    if nothing_to_fetch(leg):
        labels = [labels[0], *labels[-2:]]
        if status in (LegStatus.AT_PICKUP, LegStatus.PICKED_UP):
            status = LegStatus.ASSIGNED
    reached = [one for one, _label in labels].index(status) if status in dict(labels) else -1
    return [
        {
            "label": label,
            "state": "done"
            if i < reached or leg.status == LegStatus.DONE
            else "now"
            if i == reached
            else "todo",
        }
        for i, (_status, label) in enumerate(labels)
    ]
