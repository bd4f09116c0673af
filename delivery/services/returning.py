"""Goods that cannot be handed over go back to where they were fetched, with the courier who has them."""

from accounts.models import Actor
from core.errors import WrongState
from delivery.events import LegBroughtBack, LegCancelled, LegTurnedBack
from delivery.models import Custody, Leg, LegStatus
from delivery.services.courier_actions import mine
from delivery.services.custody import How, hand_over
from delivery.services.legs import booked_fen, lock_leg, require_no_rescue, save_transition
from orders import services as orders
from orders.models import Order


def on_the_way_back(order: Order) -> Leg | None:
    """The leg that would turn round; None while nobody has the goods, or where nobody knows whence they came."""
    on_the_way = [LegStatus.PICKED_UP, LegStatus.AT_DROPOFF]
    legs = Leg.objects.filter(order=order.pk, status__in=on_the_way)
    leg = legs.select_related("courier__user", "pickup", "rescues__pickup").first()
    return leg if leg is not None and leg.origin is not None else None


def send_back(*, order: Order, actor: Actor, reason: str = "") -> Order:
    """The courier who has the goods turns round. What a relay station was still to do is not needed any more."""
    require_no_rescue(order)
    if (found := on_the_way_back(order)) is None:
        raise WrongState
    with lock_leg(found.pk) as leg:
        source = leg.status
        orders.start_return(order=leg.order, actor=actor, reason=reason)
        leg.turn_back(due_at=leg.order.stage_due_at)
        if leg.to_shelf:  # the whole way is this courier's now
            leg.relay, leg.pay_fen = None, leg.order.courier_fen - (booked_fen(leg.order) or 0)
        save_transition(
            leg,
            "turn_back",
            source=source,
            actor=actor,
            role="operator",
            reason=reason,
            event=LegTurnedBack,
        )
        for later in leg.order.legs.filter(status=LegStatus.WAITING).select_for_update(of=("self",)):
            later.order, before = leg.order, later.status
            later.cancel()
            save_transition(later, "cancel", source=before, actor=actor, role="operator", event=LegCancelled)
    return leg.order


def bring_back(*, leg: Leg, actor: Actor, where=None) -> Leg:
    """The goods are back where they came from. The way was gone: it is paid like a delivery. Idempotent."""
    with lock_leg(leg.pk) as leg:
        mine(leg, actor)
        if leg.status == LegStatus.DONE:
            return leg
        source, order = leg.status, leg.order
        leg.finish()
        orders.finish_return(
            order=order, courier_user=leg.courier.user, bonus_fen=leg.bonus_fen, actor=actor, where=where,
            relayed_fen=booked_fen(order),
        )  # fmt: skip
        hand_over(leg, Custody.Act.BROUGHT_BACK, giver=actor, place=leg.dropoff, how=How.BUTTON, where=where)
        save_transition(leg, "bring_back", source=source, actor=actor, where=where, event=LegBroughtBack)
    return leg
