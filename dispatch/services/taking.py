"""Who gets a leg: the first courier to grab it, or another one when an operator takes it away."""

from django.utils.translation import gettext as _
from django_fsm import can_proceed

from accounts.models import Actor
from core.db import for_update
from core.errors import NotAllowed, TooLate, WrongState
from couriers.models import Courier
from delivery.events import LegAssigned, LegWithdrawn
from delivery.models import CARRIED, Leg, LegStatus
from delivery.services.legs import lock_leg, require_not_prepaid, save_transition
from delivery.services.opening import catch_up, reopen
from dispatch.admission import refusal
from orders import services as orders
from orders.models import Order, Status


def grab(*, leg: Leg, courier: Courier, actor: Actor = None) -> Leg:
    """Take an open leg. Exactly one courier wins, whatever the crowd; the others get TooLate.

    Grabbing one's own leg again changes nothing. Raises NotAllowed with the reason when the courier may not.
    """
    # A look without a lock first: of two hundred taps only those that still see it open queue for the row.
    status, holder = Leg.objects.values_list("status", "courier_id").get(pk=leg.pk)
    if status in CARRIED and holder == courier.pk:
        return Leg.objects.get(pk=leg.pk)
    if status == LegStatus.OFFERED:
        raise TooLate(_("Another courier is being asked just now. If they do not want it, it comes back."))
    if status != LegStatus.OPEN:
        raise _too_late()
    with lock_leg(leg.pk) as leg:
        if leg.status in CARRIED and leg.courier_id == courier.pk:
            return leg
        if not can_proceed(leg.assign) or not is_awaited(leg):
            raise _too_late()
        catch_up(leg)
        courier = for_update(Courier.objects.filter(pk=courier.pk)).select_related("user").get()
        carried = courier.legs.filter(status__in=CARRIED).count()
        excluded = leg.excluded.filter(pk=courier.pk).exists()
        if reason := refusal(courier, leg, carried=carried, excluded=excluded):
            raise NotAllowed(reason)
        source = leg.status
        leg.assign(courier)
        tell_order(leg)
        save_transition(leg, "assign", source=source, actor=actor or courier.user, event=LegAssigned)
    return leg


def is_awaited(leg: Leg) -> bool:
    """Does the order wait for a courier to take just this leg?"""
    return leg.order.status == (Status.AT_RELAY if leg.from_shelf else Status.PLACED)


def tell_order(leg: Leg, role: str = "courier") -> None:
    """The order's side of a leg that a courier has just taken."""
    where = _where(leg.courier)
    if leg.from_shelf:
        orders.change_courier(order=leg.order, courier_user=leg.courier.user, role=role, where=where)
    else:
        orders.accept(order=leg.order, courier_user=leg.courier.user, role=role, where=where)


def _too_late() -> TooLate:
    return TooLate(_("Too late, someone else has just taken it."))


def reassign(
    *, order: Order, actor: Actor, reason: str = "", bonus_fen: int = 0, exclude: bool = True
) -> Leg | None:
    """An operator looks for another courier: at the head of the hall, with a bonus that the platform pays.

    With `exclude`, the courier who had it cannot take it again. Who is being asked just now may answer. Goods that
    are already on the way stay where they are: WrongState.
    """
    leg = order.legs.filter(status__in=[LegStatus.OPEN, LegStatus.OFFERED, *CARRIED]).first()
    if leg is None:
        raise WrongState
    with lock_leg(leg.pk) as leg:
        if leg.status in (LegStatus.OPEN, LegStatus.OFFERED):
            leg.priority += 1
            leg.bonus_fen = max(leg.bonus_fen, bonus_fen)
            save_transition(
                leg, "prioritise", source=leg.status, actor=actor, role="operator", reason=reason,
            )  # fmt: skip
            return leg
        if not can_proceed(leg.release):
            raise WrongState(_("The goods are already on the way with the courier."))
        require_not_prepaid(leg)
        excluded = [*leg.excluded.all(), *([leg.courier] if exclude else [])]
        source = leg.status
        leg.release()
        if not leg.from_shelf:
            orders.unassign(order=leg.order, actor=actor, role="operator", reason=reason)
        save_transition(
            leg, "release", source=source, actor=actor, role="operator", reason=reason,
            event=LegWithdrawn,
        )  # fmt: skip
        return reopen(leg, bonus_fen=max(leg.bonus_fen, bonus_fen), excluded=excluded)


def _where(courier: Courier) -> tuple[float, float] | None:
    return (courier.lat, courier.lon) if courier.lat is not None else None
