"""The customer fetches goods that wait in a relay station: nobody has to bring them to the door any more."""

from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from core.db import for_update
from core.errors import NotAllowed, WrongState
from delivery.events import LegCancelled
from delivery.models import Custody, Leg, LegStatus, ScanCode, ShelfItem
from delivery.selectors.shelf import waits_in_station
from delivery.services import codes
from delivery.services.custody import How, hand_over
from delivery.services.handovers import locked_code
from delivery.services.legs import booked_fen, lock_leg, save_transition
from orders import services as orders
from orders.models import Order, Status


def fetch_oneself(*, order: Order, actor: User, text: str) -> Order:
    """With the code that hangs at the station, or that its keeper shows for this order; scanned, or its digits. The leg to
    the door is cancelled, and what it would have cost comes back.

    Idempotent. Raises NotAllowed, Invalid for what is no code, and WrongState at another station, or when a courier was
    faster.
    """
    if order.customer_id != actor.pk:
        raise NotAllowed
    if order.status == Status.DELIVERED and order.history.filter(action="collect").exists():
        return order
    waiting = waits_in_station(order)
    if waiting is None:
        raise _gone()
    code = codes.read(text, campus_id=order.campus_id, reader=actor)
    with lock_leg(waiting.pk) as leg:
        if leg.order.status != Status.AT_RELAY or leg.status not in (LegStatus.OPEN, LegStatus.OFFERED):
            raise _gone()
        _check_code(code, waiting, actor)
        item = for_update(
            ShelfItem.objects.filter(order=order, station=waiting.relay, taken_at=None, missed_at=None)
        ).first()
        if item is None:
            raise _gone()
        item.taken_at = clock.now()
        item.save(update_fields=["taken_at"])
        source = leg.status
        leg.cancel()
        save_transition(
            leg, "fetched_by_customer", source=source, actor=actor, role="customer", event=LegCancelled
        )
        done = Leg.objects.filter(order=order, sequence=1, status=LegStatus.DONE)
        first = done.select_related("courier__user").get()
        orders.collect(
            order=leg.order,
            actor=actor,
            courier_user=first.courier.user,
            relayed_fen=booked_fen(leg.order) or 0,
        )
        how = How.DIGITS if codes.clean(text).isdigit() else How.SCAN
        keeper = code.shown_by
        hand_over(
            leg,
            Custody.Act.FETCHED,
            giver=keeper,
            taker=actor,
            station=waiting.relay,
            slot=item.slot,
            how=how,
        )
    return leg.order


def _gone() -> WrongState:
    return WrongState(_("It does not lie there any more, or a courier is already on the way to fetch it."))


def _check_code(code: ScanCode, leg: Leg, actor: User) -> None:
    """The station's own code where couriers use the shelf by themselves, else one that its keeper shows for this order."""
    station = leg.relay
    if code.purpose == ScanCode.Purpose.PICKUP and code.leg_id == leg.pk:
        codes.use(locked_code(code), actor=actor)
        return
    if code.purpose != ScanCode.Purpose.PLACE or code.place_id != station.place_id:
        raise WrongState(
            _("This is not the code of %(station)s, where it lies.") % {"station": station.place.label}
        )
    if not station.self_service:
        raise WrongState(_("A keeper gives it out here: ask them to show you the code for your order."))
