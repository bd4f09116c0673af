"""The order's side of what a courier does. Dispatch calls these inside the transaction that holds the order's lock."""

import payments.services as money
from accounts.models import Actor, User
from catalog.selectors import commission_rule
from orders.events import (
    OrderAccepted,
    OrderAtRelay,
    OrderDelivered,
    OrderPickedUp,
    OrderReturned,
    OrderReturning,
    OrderUnassigned,
)
from orders.lifecycle import save_transition
from orders.models import Order, OverBudget
from orders.services.completion import start_complaint_window
from payments.models import Payment, Refund
from payments.selectors import repaid_fen


def accept(*, order: Order, courier_user, role: str = "courier", where=None) -> None:
    source = order.status
    order.accept()
    save_transition(
        order, "accept", source=source, actor=courier_user, role=role, where=where, event=OrderAccepted
    )


def unassign(*, order: Order, actor: Actor, role: str, reason: str = "") -> None:
    """The courier gave it back or was taken off: look for another, who starts from the beginning."""
    source = order.status
    order.unassign()
    order.goods_cost_fen = None  # what the last courier bought is not what the next one carries
    drop_question(order)
    save_transition(
        order, "unassign", source=source, actor=actor, role=role, reason=reason, event=OrderUnassigned
    )


def drop_question(order: Order) -> None:
    """A price above the budget that the customer was asked for is not asked for any more."""
    for asked in order.over_budget.select_for_update().filter(status=OverBudget.Status.ASKED):
        asked.decline()
        asked.save(update_fields=["status", "answered_at"])
        money.close_payments(ref=order.no, purpose=Payment.Purpose.GOODS)


def pick_up(
    *, order: Order, actor: Actor, where=None, fetched: bool = True, to_station: bool = False
) -> None:
    """The goods are in the courier's hands, who brings them to the door or (`to_station`) to a relay station; or there are
    none (not `fetched`): it is done at the customer's door."""
    source = order.status
    order.pick_up()
    drop_question(order)  # who takes the goods has bought them for what was noted
    sell(order, actor=actor)
    save_transition(
        order, "pick_up", source=source, actor=actor, role="courier", where=where, event=OrderPickedUp,
        data={"to_station": True} if to_station else None if fetched else {"fetched": False},
    )  # fmt: skip


def sell(order: Order, *, actor: Actor) -> None:
    """The goods are out of the partner shop: what they cost is the shop's, on the day's account."""
    if order.merchant and (goods := spent(order)):
        money.book_sale(
            ref=order.no,
            merchant=order.merchant,
            rule=commission_rule(order.merchant),
            goods_fen=goods,
            actor=actor,
        )


def reach_relay(
    *,
    order: Order,
    courier_user,
    fen: int,
    bonus_fen: int = 0,
    actor: Actor = None,
    role: str = "courier",
    where=None,
) -> None:
    """On the relay's shelf. Who carried it there has done their part: `fen` of the courier's fee, the outlay for
    goods and the bonus are booked for them now, on hold like all earnings until the customer has confirmed."""
    source = order.status
    order.reach_relay()
    _pay_part(f"relay:{order.no}", order, courier_user, fen, bonus_fen, actor or courier_user)
    save_transition(
        order, "reach_relay", source=source, actor=actor or courier_user, role=role, where=where,
        event=OrderAtRelay,
    )  # fmt: skip


def hand_on(*, order: Order, leg_no: str, courier_user: User, fen: int, actor: Actor) -> None:
    """Another courier has the goods. Who carried them so far has done their part, `fen` of the courier's fee: it and the
    outlay for goods are booked for them now, on hold like all earnings."""
    _pay_part(f"handed-on:{leg_no}", order, courier_user, fen, 0, actor)


def _pay_part(key: str, order: Order, courier_user: User, fen: int, bonus_fen: int, actor: Actor) -> None:
    money.pay_out_delivery(
        key=key, ref=order.no, campus=order.campus, courier_user=courier_user, courier_fen=fen,
        goods_fen=outlay_due(order), bonus_fen=bonus_fen, platform_fen=0, actor=actor,
    )  # fmt: skip


def change_courier(*, order: Order, courier_user, role: str = "courier", where=None) -> None:
    """Somebody else carries it from here: the next one behind a relay, or who takes it over on the way."""
    save_transition(order, "take_over", actor=courier_user, role=role, where=where)


def outlay(order: Order) -> int:
    """What the courier paid for the goods out of their own pocket, in fen: nothing in a shop that the platform pays."""
    return 0 if order.merchant_id else spent(order)


def outlay_due(order: Order) -> int:
    """What of it has not been paid back yet: all or nothing. Caller holds the order's lock."""
    return outlay(order) - repaid_fen(order.no)


def spent(order: Order) -> int:
    """What the goods cost, in fen."""
    return order.goods_cost_fen if order.goods_cost_fen is not None else order.budget_fen


def deliver(
    *,
    order: Order,
    courier_user,
    relayed_fen: int | None = None,
    bonus_fen: int = 0,
    actor: Actor = None,
    role="courier",
    where=None,
    how: str = "code",
) -> None:
    """Goods handed over. The courier's fee, tip, outlay and bonus are booked, unspent budget goes back.

    `how`: code | scan | photo | far (a photo, away from the door by the courier's position) | waived | operator.
    `relayed_fen`: the part of the fee that was booked already for those who carried it so far: to a relay station, or
    until another courier fetched it; None without one.
    """
    source = order.status
    order.deliver()
    _give_unspent(order, actor)
    _pay_courier(order, courier_user, order.tip_fen, relayed_fen, bonus_fen, actor or courier_user)
    save_transition(
        order, "deliver", source=source, actor=actor or courier_user, role=role, where=where,
        event=OrderDelivered, data={"how": how},
    )  # fmt: skip


def collect(*, order: Order, actor: User, courier_user: User, relayed_fen: int) -> None:
    """The customer has fetched it from the relay station. Of the courier's fee `relayed_fen` was booked for those who
    brought it there, `courier_user` the last of them; the rest, the tip for who would have come to the door and what was not spent come back."""
    source = order.status
    order.collect()
    _give_unspent(order, actor)
    if back := order.courier_fen - relayed_fen + order.tip_fen:
        money.refund_held(
            key=f"collected:{order.no}", ref=order.no, campus=order.campus, amount=back, reason=Refund.Reason.COLLECTED, actor=actor
        )  # fmt: skip
    money.pay_out_delivery(
        key=f"collect:{order.no}", ref=order.no, campus=order.campus, courier_user=courier_user, courier_fen=0,
        platform_fen=order.fee_fen - order.courier_fen, actor=actor,
    )  # fmt: skip
    save_transition(
        order, "collect", source=source, actor=actor, role="customer", event=OrderDelivered,
        data={"how": "self", "refund_fen": back},
    )  # fmt: skip


def _give_unspent(order: Order, actor: Actor) -> None:
    if unspent := order.budget_fen - spent(order):
        money.refund_held(
            key=f"unspent:{order.no}",
            ref=order.no,
            campus=order.campus,
            amount=unspent,
            reason=Refund.Reason.UNSPENT_BUDGET,
            actor=actor,
        )


def _pay_courier(
    order: Order, courier_user, tip_fen: int, relayed_fen: int | None, bonus_fen: int, actor: Actor
) -> None:
    """The way is gone: its pay and the outlay are booked, the rest of the fee is the platform's."""
    money.pay_out_delivery(
        key=f"deliver:{order.no}",
        ref=order.no,
        campus=order.campus,
        courier_user=courier_user,
        courier_fen=order.courier_fen + tip_fen - (relayed_fen or 0),
        goods_fen=outlay_due(order),
        bonus_fen=bonus_fen,
        platform_fen=order.fee_fen - order.courier_fen,
        actor=actor,
    )


def start_return(*, order: Order, actor: Actor, reason: str = "") -> None:
    source = order.status
    order.start_return()
    save_transition(
        order,
        "start_return",
        source=source,
        actor=actor,
        role="operator",
        reason=reason,
        event=OrderReturning,
    )


def finish_return(
    *,
    order: Order,
    courier_user,
    relayed_fen: int | None = None,
    bonus_fen: int = 0,
    actor: Actor = None,
    where=None,
) -> None:
    """The goods are back. The courier has gone the way and is paid for it as for a delivery; the tip, which was meant
    for one, and what was not spent go back to the customer. Who bears the fee the ticket decides.

    `relayed_fen` as for `deliver`.
    """
    source = order.status
    order.finish_return()
    _give_unspent(order, actor)
    if order.tip_fen:
        money.refund_held(
            key=f"tip-back:{order.no}",
            ref=order.no,
            campus=order.campus,
            amount=order.tip_fen,
            reason=Refund.Reason.RETURNED,
            actor=actor,
        )
    _pay_courier(order, courier_user, 0, relayed_fen, bonus_fen, actor or courier_user)
    start_complaint_window(order)
    save_transition(
        order, "finish_return", source=source, actor=actor or courier_user, role="courier", where=where,
        event=OrderReturned,
    )  # fmt: skip
