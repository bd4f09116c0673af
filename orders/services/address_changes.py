"""Another door, before the goods have been fetched. The way there is priced anew, and the difference is paid or given
back."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

import payments.services as money
from accounts.models import Actor, User
from campus import network
from campus.models import Place, Vehicle
from core.errors import Invalid, NotAllowed, WrongState
from core.money import percent_of, yuan
from orders.events import AddressChanged
from orders.gender import check_gender
from orders.kinds import KINDS
from orders.lifecycle import lock_order, save_transition
from orders.models import Order, Status
from orders.pricing import Line, fee_of, for_another_door
from orders.services.quoting import check_reach
from orders.services.reviewing import refuse_words
from payments.models import Payment, Refund
from payments.selectors import waiting_payment


@dataclass(frozen=True)
class AddressQuote:
    """What another door changes: `difference_fen` above zero is to be paid, below zero comes back."""

    lines: list[Line]
    fee_fen: int
    courier_fen: int
    difference_fen: int
    later: timedelta

    @property
    def back_fen(self) -> int:
        return -self.difference_fen


def quote_address(order: Order, dropoff: Place, floor: int | None = None) -> AddressQuote:
    """Price another door by the order's own version of the rule. Once a courier has accepted, only doors of the same
    area can be chosen, and nothing changes. `floor`: the new one; None where the address does not tell."""
    lines = [Line(**line) for line in order.lines]
    if order.status not in (Status.PENDING_PAYMENT, Status.PLACED):
        return AddressQuote(lines, order.fee_fen, order.courier_fen, 0, timedelta())
    metres, seconds = _way(order, dropoff)
    check_reach(order.campus, [dropoff], metres)
    before = _way(order, order.dropoff)[1]
    lines = for_another_door(
        order.price_rule,
        lines,
        distance_m=metres,
        floor=floor or order.details.get("floor") or 1,
        has_lift=KINDS[order.kind].floor_by_address and dropoff.has_lift,
    )
    fee = fee_of(lines)
    later = timedelta(seconds=seconds - before) if not order.is_scheduled else timedelta()
    share = percent_of(fee, order.price_rule.courier_percent)
    return AddressQuote(lines, fee, share, fee - order.fee_fen, later)


def _way(order: Order, dropoff: Place) -> tuple[int, int]:
    """(metres, seconds) from the pickup to that door."""
    if order.pickup is None or order.pickup == dropoff:
        return 0, 0
    travel = network.travel(order.campus, order.pickup, dropoff, Vehicle.BICYCLE)
    return round(travel.distance_m), round(travel.seconds)


def change_address(
    *,
    order: Order,
    actor: User,
    dropoff: Place,
    dropoff_detail: str,
    floor: int | None = None,
    downstairs: bool = False,
    expected_fen: int | None = None,
) -> Order:
    """Another door. A difference in price is paid from the wallet, or comes back, at once; with an order that is not
    paid yet the payment is asked for anew. `expected_fen` is the difference that was shown: if it is another by now,
    nothing happens.
    """
    refuse_words(order.campus, [dropoff_detail])
    with lock_order(order.pk) as order:
        _check(order, actor, dropoff, floor)
        quote = quote_address(order, dropoff, floor)
        if expected_fen is not None and expected_fen != quote.difference_fen:
            raise Invalid(
                _("The price has changed to %(price)s. Please look at it again and confirm.")
                % {"price": yuan(order.total_fen + quote.difference_fen)},
                code="price_changed",
            )
        before = order.dropoff.name
        order.dropoff, order.dropoff_detail = dropoff, dropoff_detail[:60]
        order.details = {name: value for name, value in order.details.items() if name != "downstairs"}
        if downstairs:
            order.details["downstairs"] = True
        if order.status in (Status.PENDING_PAYMENT, Status.PLACED):
            _reprice(order, quote, floor)
            _settle_difference(order, quote.difference_fen, actor)
        save_transition(
            order, "change_address", actor=actor, role="customer", event=AddressChanged,
            data={"from": before, "to": dropoff.name, "fen": quote.difference_fen},
        )  # fmt: skip
    return order


def _check(order: Order, actor: User, dropoff: Place, floor: int | None) -> None:
    if order.customer_id != actor.pk:
        raise NotAllowed
    if order.status not in (Status.PENDING_PAYMENT, Status.PLACED, Status.ACCEPTED):
        raise WrongState(_("The goods are on their way. Please report a wrong address instead."))
    if order.bids_until and order.status == Status.PENDING_PAYMENT:
        raise WrongState(_("The couriers' prices are for this address. Cancel it and ask again."))
    if dropoff.campus_id != order.campus_id or not dropoff.is_active:
        raise Invalid(_("This place is not on your campus."))
    if order.status == Status.ACCEPTED and dropoff.zone_id != order.dropoff.zone_id:
        # The courier chose the job for its way: another zone needs their consent, which a ticket asks for.
        raise WrongState(_("A courier has accepted. Only buildings in the same area can be chosen now."))
    if order.status == Status.ACCEPTED and floor and not dropoff.has_lift:
        before = KINDS[order.kind].floors_on_foot(order.details, order.dropoff)
        if floor - 1 > before:
            raise WrongState(
                _("A courier has accepted for fewer floors. Come downstairs, or ask them in the chat.")
            )
    check_gender(dropoff, order.gender_wanted)


def _reprice(order: Order, quote: AddressQuote, floor: int | None) -> None:
    order.lines = [line.as_json() for line in quote.lines]
    order.fee_fen, order.courier_fen = quote.fee_fen, quote.courier_fen
    order.total_fen += quote.difference_fen
    order.promised_at += quote.later
    order.late_from += quote.later  # their own wish
    if order.promise_due_at:
        order.promise_due_at += quote.later
    if floor:
        order.details = order.details | {"floor": floor}


def _settle_difference(order: Order, difference: int, actor: Actor) -> None:
    if not difference:
        return
    key = f"address:{order.no}:{order.version}"
    if order.status == Status.PENDING_PAYMENT:
        waiting = waiting_payment(order.customer, order.no)
        if waiting is None:
            raise WrongState(_("The time to pay has run out."))
        money.close_payments(ref=order.no)
        money.start_payment(
            key=key, ref=order.no, purpose="order", user=actor, campus=order.campus, amount=order.total_fen,
            gateway=waiting.gateway, expires_at=order.pay_by, actor=actor,
        )  # fmt: skip
    elif difference > 0:
        money.start_payment(
            key=key, ref=order.no, purpose="change", user=actor, campus=order.campus, amount=difference,
            gateway=Payment.Gateway.WALLET, actor=actor,
        )  # fmt: skip
    else:
        money.refund_held(
            key=key,
            ref=order.no,
            campus=order.campus,
            amount=-difference,
            reason=Refund.Reason.ADDRESS_CHANGED,
            actor=actor,
        )
