"""Goods that are gone for good: the leg that had them fails, and their order ends."""

from accounts.models import Actor
from delivery.events import LegFailed
from delivery.models import CARRIED, Custody, Leg, LegStatus, ShelfItem
from delivery.services.custody import hand_over
from delivery.services.legs import booked_fen, require_no_rescue, save_transition
from orders import lifecycle
from orders import services as orders
from orders.models import Order, Status

_IN_HAND = [LegStatus.PICKED_UP, LegStatus.AT_DROPOFF]


def in_hand(order: Order) -> Leg | None:
    """The leg whose courier has the goods, be it that they only bought them so far; None while they lie on a shelf."""
    bought = order.status == Status.ACCEPTED and order.goods_bought
    legs = order.legs.filter(status__in=CARRIED if bought else _IN_HAND)
    return legs.select_related("courier__user").first()


def quote_write_off(*, order: Order, paid: bool = False):
    """What ending the order would move (`orders.services.write_offs.WriteOff`)."""
    return orders.quote_write_off(order, **_compensation_of(order, in_hand(order), paid))


def write_off(*, order: Order, actor: Actor, reason: str = "", paid: bool = False) -> Order:
    """End an order whose goods are gone. `paid`: the courier who had them gets the pay (and the outlay) all the same.
    Raises WrongState when nobody has them yet, or it is over."""
    with lifecycle.lock_order(order.pk) as order:
        require_no_rescue(order)
        leg, lay = in_hand(order), order.status == Status.AT_RELAY
        order = orders.write_off(
            order=order, actor=actor, reason=reason, **_compensation_of(order, leg, paid)
        )
        if leg:
            leg.order, source = order, leg.status
            leg.fail()
            save_transition(
                leg, "fail", source=source, actor=actor, role="operator", reason=reason,
                event=LegFailed, data={"paid": paid},
            )  # fmt: skip
        elif lay:
            _clear_slot(order, actor)
    return order


def _compensation_of(order: Order, leg: Leg | None, paid: bool) -> dict:
    compensation = (
        orders.CourierCompensation(leg.courier.user, leg.pay_fen, leg.bonus_fen) if leg and paid else None
    )
    return {"relayed_fen": booked_fen(order), "compensation": compensation}


def _clear_slot(order: Order, actor: Actor) -> None:
    """What nobody has said to be missing is missing from now on: its slot is free."""
    item = (
        ShelfItem.objects.filter(order=order, taken_at=None, missed_at=None)
        .select_related("station__place")
        .first()
    )
    if item is None:
        return
    item.missed_at = order.closed_at
    item.save(update_fields=["missed_at"])
    leg = order.legs.filter(sequence=1).latest("pk")
    leg.order = order
    hand_over(leg, Custody.Act.MISSED, giver=actor, station=item.station, slot=item.slot)
