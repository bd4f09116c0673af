"""How a change of a leg is written: order locked first, then the leg; saved, recorded, published."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from accounts.models import Actor
from core import outbox, realtime
from core.db import for_update
from core.errors import WrongState
from core.fsm import transitions
from delivery.events import LegEvent
from delivery.models import Leg, LegStatus
from orders import lifecycle
from orders.models import History, Order


@contextmanager
def lock_leg(leg_pk: int) -> Iterator[Leg]:
    """The leg with its order (`leg.order`), both locked until the block commits."""
    with transitions():
        order_pk = Leg.objects.values_list("order_id", flat=True).get(pk=leg_pk)
        order = for_update(Order.objects.filter(pk=order_pk)).get()
        leg = for_update(Leg.objects.filter(pk=leg_pk)).get()
        leg.order = order
        yield leg


def booked_fen(order: Order) -> int | None:
    """What was booked of the couriers' part of the fee for those who have carried it so far, in fen: to a relay station, or
    until another one fetched it. None when there are none. Caller holds the order's lock."""
    carried = Q(status=LegStatus.HANDED_ON) | Q(status=LegStatus.DONE, relay__isnull=False, sequence=1)
    return order.legs.filter(carried).aggregate(fen=Sum("pay_fen"))["fen"]


def require_no_rescue(order: Order) -> None:
    """WrongState while another courier is on the way to fetch the goods: that has to be called off first."""
    if order.legs.filter(status=LegStatus.HANDING_ON).exists():
        raise WrongState(_("Another courier is on the way to fetch the goods: call that off first."))


def require_not_prepaid(leg: Leg) -> None:
    """WrongState for goods that are bought: with the job their courier would lose what they paid. Giving it back by
    their own wish is theirs to decide: the goods may have gone back to the shop."""
    if leg.is_bought:
        raise WrongState(
            _("The goods were paid for by the one who bought them: who bought them brings them.")
        )


def save_transition(
    leg: Leg, action: str, *, source: str = "", actor: Actor = None, role: str = "courier", reason: str = "", where=None,
    data: dict | None = None, event: type[LegEvent] | None = None, also: Iterable[int] = (),
) -> None:  # fmt: skip
    """Save a changed leg with its history, event and broadcasts. The event takes from `data` what it has fields for; `also`
    are ids of people besides the present courier whose pages refresh."""
    leg.version += 1
    leg.save()
    lifecycle.add_history(
        leg.order, action, machine="leg", source=source, target=leg.status, actor=actor, role=role, reason=reason,
        where=where, data={"leg": leg.no, **(data or {})},
    )  # fmt: skip
    if event:
        facts = {"leg": leg.pk, "order": leg.order_id, "courier": leg.courier_id, "reason": reason}
        outbox.emit(event.of(**facts, **(data or {})))
    publish(leg, also)


def save_transitions(
    legs: Sequence[Leg], action: str, *, source: str, actor: Actor = None, role: str = "system"
) -> None:
    """The same for many legs that were all in one state, in two statements: for a step that changes nothing but that
    state, and tells nobody by an event."""
    for leg in legs:
        leg.version += 1
    # The rows are there: only the update of this upsert happens. `bulk_update` would build a CASE of every row, which
    # takes ten times as long.
    Leg.objects.bulk_create(
        legs, update_conflicts=True, unique_fields=["pk"], update_fields=["status", "version"]
    )
    History.objects.bulk_create(
        lifecycle.build_history(
            leg.order, action, machine="leg", source=source, target=leg.status, actor=actor, role=role,
            data={"leg": leg.no},
        )
        for leg in legs
    )  # fmt: skip
    for leg in legs:
        publish(leg)


# What enters or leaves the hall. The stages in between are nobody's business there.
_SEEN_IN_HALL = {
    LegStatus.OPEN,
    LegStatus.OFFERED,
    LegStatus.ASSIGNED,
    LegStatus.RELEASED,
    LegStatus.CANCELLED,
    LegStatus.WAITING,
}


def publish(leg: Leg, also: Iterable[int] = ()) -> None:
    """Tell the courier whose leg it is, the order's page, and the hall when the leg enters or leaves it."""
    groups = [f"order.{leg.order.no}", f"console.{leg.campus_id}", *(f"user.{pk}" for pk in also)]
    if leg.status in _SEEN_IN_HALL:
        groups.append(f"hall.{leg.campus_id}")
    if leg.relay_id:
        groups.append(f"shelf.{leg.relay_id}")
    if leg.courier_id:
        groups.append(f"user.{leg.courier.user_id}")
    realtime.broadcast(groups, "leg", id=leg.no, v=leg.version, status=str(leg.status))
