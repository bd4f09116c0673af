"""What a dispatcher does by hand: give a job to a courier, take it back, exchange two. Never against who may enter."""

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Actor
from core.db import for_update
from core.errors import NotAllowed, TooLate, WrongState
from couriers.models import Courier
from delivery.events import LegAssigned, LegWithdrawn
from delivery.models import CARRIED, Leg, LegStatus
from delivery.services.legs import lock_leg, require_not_prepaid, save_transition
from delivery.services.opening import catch_up, follow_door, reopen
from dispatch.admission import carriers, load, refusal, why_not
from dispatch.models import Offer
from dispatch.services import offers
from dispatch.services.taking import is_awaited, tell_order
from orders import services as orders
from orders.models import Order, Status

BEFORE_PICKUP = (LegStatus.ASSIGNED, LegStatus.AT_PICKUP)


def assign_leg(*, leg: Leg, courier: Courier, actor: Actor, force: bool = False) -> Leg:
    """Give a job to a courier, whoever has it or is asked for it, as long as it was not picked up. Idempotent.

    `force` overrides what can be bent: full hands, off duty, another area, missed lessons, having given it back; never
    who may enter, what a vehicle carries, or a suspension.
    """
    _check_before_lock(leg, courier, force)
    for offer in Offer.objects.filter(legs=leg, status=Offer.Status.OPEN):
        offers.withdraw(offer=offer, actor=actor)
    with lock_leg(leg.pk) as leg:
        return _assign(leg, courier, actor, force)


def _check_before_lock(leg: Leg, courier: Courier, force: bool) -> None:
    """What will be refused takes no running offer away. Judged again under the locks."""
    leg = Leg.objects.select_related("order__dropoff", "relay").get(pk=leg.pk)
    if leg.status != LegStatus.OFFERED:
        return
    follow_door(leg)
    if reason := _refusal(courier, leg, force):
        raise NotAllowed(reason)


def _assign(leg: Leg, courier: Courier, actor: Actor, force: bool) -> Leg:
    courier = for_update(Courier.objects.filter(pk=courier.pk)).select_related("user").get()
    if leg.status in CARRIED and leg.courier_id == courier.pk:
        return leg
    if leg.status in (LegStatus.PICKED_UP, LegStatus.AT_DROPOFF):
        raise WrongState(_("The goods are already on the way with the courier."))
    if leg.status in BEFORE_PICKUP:
        leg = _unassign(leg, actor)
    if leg.status != LegStatus.OPEN or not is_awaited(leg):
        raise TooLate(_("This job is not open any more."))
    catch_up(leg)
    if reason := _refusal(courier, leg, force):
        raise NotAllowed(reason)
    leg.assign(courier)
    tell_order(leg, role="dispatcher")
    save_transition(
        leg, "assign", source=LegStatus.OPEN, actor=actor, role="dispatcher", event=LegAssigned,
        data={"force": force},
    )  # fmt: skip
    return leg


def _refusal(courier: Courier, leg: Leg, force: bool) -> str:
    """Why the courier may not have it, as somebody else reads it; empty if they may."""
    if force:
        (carrier,) = carriers([courier], carried={courier.pk: 0})
        bent = replace(carrier, on_duty=True, zones=frozenset(), untrained=frozenset(), is_trusted=True)
        reason = why_not(bent, load(leg))
    else:
        carried = courier.legs.filter(status__in=CARRIED).count()
        reason = refusal(courier, leg, carried=carried, excluded=leg.excluded.filter(pk=courier.pk).exists())
    return reason and reason.for_dispatcher


def unassign_leg(*, leg: Leg, actor: Actor) -> Leg:
    """Off the courier's list before the pickup, and back into the hall. The courier hears at once."""
    with lock_leg(leg.pk) as leg:
        if leg.status == LegStatus.OPEN:
            return leg
        if leg.status not in BEFORE_PICKUP:
            raise WrongState(_("It can only be taken back before the pickup."))
        return _unassign(leg, actor)


def _unassign(leg: Leg, actor: Actor) -> Leg:
    require_not_prepaid(leg)
    source = leg.status
    leg.release()
    if not leg.from_shelf:
        orders.unassign(order=leg.order, actor=actor, role="dispatcher")
    save_transition(
        leg, "release", source=source, actor=actor, role="operator", event=LegWithdrawn
    )  # the words of the courier's page ask for "operator"
    return reopen(leg, excluded=leg.excluded.all())


def swap_assignments(*, leg: Leg, other: Leg, actor: Actor, force: bool = False) -> tuple[Leg, Leg]:
    """Two couriers exchange jobs that neither has picked up: both change hands, or none does."""
    pks = sorted(Leg.objects.filter(pk__in=[leg.pk, other.pk]).values_list("order_id", flat=True))
    with transaction.atomic():
        locked_orders = {order.pk: order for order in for_update(Order.objects.filter(pk__in=pks))}
        rows = {
            row.pk: row
            for row in for_update(Leg.objects.filter(pk__in=[leg.pk, other.pk])).select_related("relay")
        }
        if len(rows) < 2 or any(row.status not in BEFORE_PICKUP for row in rows.values()):
            raise WrongState(_("Only jobs that were accepted and not picked up can be exchanged."))
        for row in rows.values():
            row.order = locked_orders[row.order_id]
        if any(
            row.order.status != (Status.AT_RELAY if row.from_shelf else Status.ACCEPTED)
            for row in rows.values()
        ):
            raise WrongState(_("One of the orders was cancelled a moment ago."))
        one, two = rows[leg.pk], rows[other.pk]
        if one.courier_id == two.courier_id:
            raise WrongState(_("Both jobs are with the same courier."))
        to_one, to_two = two.courier, one.courier
        # As a round of offers locks them: two who wait for each other's second courier would wait for ever.
        list(for_update(Courier.objects.filter(pk__in=[to_one.pk, to_two.pk])))
        free = [_unassign(row, actor) for row in (one, two)]  # empty hands first
        return _assign(free[0], to_one, actor, force), _assign(free[1], to_two, actor, force)
