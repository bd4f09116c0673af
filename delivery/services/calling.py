"""Phone calls between the people of an order: only while the leg is carried, and only between its two sides."""

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid, NotAllowed, WrongState
from delivery.call_sides import callee_of, courier_side
from delivery.models import CARRIED, Leg, Rescue
from delivery.services.legs import lock_leg
from telephony.models import CallRole
from telephony.services import About, Dial, connect, open_call


def call_customer(*, leg: Leg, actor: User, to: str = CallRole.RECEIVER) -> Dial:
    """Whom the courier dials: the receiver that the order names (the customer, if it names none), or the customer."""
    if to not in (CallRole.RECEIVER, CallRole.CUSTOMER):
        raise Invalid
    with lock_leg(leg.pk) as leg:
        if leg.courier is None or leg.courier.user_id != actor.pk:
            raise NotAllowed(_("This job is not yours."))
        call = open_call(about=_about(leg), caller=courier_side(leg), callee=callee_of(leg.order, to))
    return connect(call)


def call_courier(*, leg: Leg, actor: User) -> Dial:
    """Whom the customer dials: the courier who carries the order."""
    with lock_leg(leg.pk) as leg:
        if leg.order.customer_id != actor.pk:
            raise NotAllowed
        call = open_call(
            about=_about(leg), caller=callee_of(leg.order, CallRole.CUSTOMER), callee=courier_side(leg)
        )
    return connect(call)


def call_giver(*, leg: Leg, actor: User) -> Dial:
    """Whom a courier dials who is on the way to fetch goods from another one: that one."""
    with lock_leg(leg.pk) as leg:
        if leg.courier is None or leg.courier.user_id != actor.pk:
            raise NotAllowed(_("This job is not yours."))
        rescue = Rescue.objects.filter(leg=leg, outcome="").select_related("giver__courier__user").first()
        if rescue is None:
            raise WrongState(_("This job is over: the number is no longer shown."))
        call = open_call(about=_about(leg), caller=courier_side(leg), callee=courier_side(rescue.giver))
    return connect(call)


def _about(leg: Leg) -> About:
    if leg.status not in CARRIED:
        raise WrongState(_("This job is over: the number is no longer shown."))
    return About(leg.campus, leg.order.no, leg_no=leg.no)
