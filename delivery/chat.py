"""What dispatch tells the chat of an order: the couriers who take part, their jobs as cards, and what they have done."""

from collections.abc import Iterator
from dataclasses import replace

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from chat.services import tell_order
from chat.subjects import Participant, Subject, offers, participants, words
from core.events import subscribe
from delivery.events import (
    LegAssigned,
    LegDone,
    LegEvent,
    LegPickedUp,
    LegReleased,
    LegWithdrawn,
    RescueBegun,
    RescueCollected,
)
from delivery.models import CARRIED, Leg, LegStatus
from orders.chat import card
from orders.names import courier_name


@participants("order")
def couriers(found: Subject) -> list[Participant]:
    """Who gave the job back (or lost it) sees what was said until then, and nothing after; the next one sees what was
    said since. So does who brought it to a relay station, or handed it on; behind it a courier begins with accepting."""
    legs = Leg.objects.filter(order=found.thing, courier__isnull=False).select_related("courier__user")
    made, left = [], {}
    for leg in legs.order_by("sequence", "pk"):
        is_over = (
            leg.status in (LegStatus.RELEASED, LegStatus.HANDED_ON)
            or (leg.to_shelf and leg.status == LegStatus.DONE)
            or (leg.rescues_id is not None and leg.status == LegStatus.CANCELLED)
        )
        begins = leg.assigned_at if leg.sequence > 1 or leg.rescues_id else None
        until = leg.ended_at if is_over else None
        made.append(
            Participant(
                "courier",
                leg.courier.user_id,
                courier_name(leg.courier.user),
                since=begins if leg.rescues_id else left.get(leg.sequence) or begins,
                until=until,
                url=reverse("delivery:job", args=[leg.no]),
            )
        )
        left[leg.sequence] = until
    return made


@offers
def jobs(user, role: str) -> Iterator[Subject]:
    if role != "courier":
        return
    legs = Leg.objects.filter(courier__user=user, status__in=CARRIED).select_related("order")
    for leg in legs.order_by(F("due_at").asc(nulls_last=True), "pk"):
        made = card(leg.order)
        yield replace(made, urls=made.urls | {"courier": reverse("delivery:job", args=[leg.no])})


def _tell(code: str):
    def tell(event: LegEvent) -> None:
        leg = Leg.objects.select_related("order").get(pk=event.leg)
        if code == "courier_left" and leg.order.review_due_at:
            return  # nobody is looked for until an operator has decided
        said = "at_relay" if code == "delivered" and leg.to_shelf else code
        tell_order(leg.order.no, said, client=f"{leg.no}-{code}")

    tell.__doc__ = f"Write into the chat of the order ({code})."
    tell.__qualname__ = f"tell_{code}"  # handlers are known by their names
    return tell


subscribe(LegAssigned)(_tell("courier_accepted"))
subscribe(LegReleased, LegWithdrawn)(_tell("courier_left"))
subscribe(LegPickedUp)(_tell("picked_up"))
subscribe(RescueBegun)(_tell("rescue_begun"))
subscribe(RescueCollected)(_tell("taken_on"))
subscribe(LegDone)(_tell("delivered"))


@words("courier_accepted")
def courier_accepted(data: dict) -> str:
    return _("A courier has taken the order")


@words("courier_left")
def courier_left(data: dict) -> str:
    return _("The courier has left this order. Another one is being looked for.")


@words("rescue_begun")
def rescue_begun(data: dict) -> str:
    return _("Another courier comes to fetch it from the first one")


@words("taken_on")
def taken_on(data: dict) -> str:
    return _("Another courier has it now")


@words("picked_up")
def picked_up(data: dict) -> str:
    return _("The courier has picked it up")


@words("delivered")
def delivered(data: dict) -> str:
    return _("Delivered")


@words("at_relay")
def at_relay(data: dict) -> str:
    return _("It lies in the relay station now.")
