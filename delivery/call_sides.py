"""The two sides of a call about an order: who they are, and at which number."""

from delivery.models import Leg, Rescue
from orders.models import Order
from telephony.models import CallRole
from telephony.services import Side, obstacle


def callee_of(order: Order, to: str) -> Side:
    """The customer, or the receiver where that is somebody else."""
    customer = Side(CallRole.CUSTOMER, order.customer, order.customer.phone)
    if to == CallRole.RECEIVER and order.has_other_receiver:
        return Side(CallRole.RECEIVER, None, order.contact_phone)
    return customer


def courier_side(leg: Leg) -> Side:
    return Side(CallRole.COURIER, leg.courier.user, leg.courier.user.phone)


def obstacle_to_courier(order: Order, leg: Leg) -> str:
    """Why the customer cannot call the courier of the order's leg: a sentence, or "" when they can."""
    return obstacle(order.campus, callee_of(order, CallRole.CUSTOMER), courier_side(leg))


def obstacle_to_giver(rescue: Rescue) -> str:
    """Why the courier who fetches goods from another one cannot call that one, or ""."""
    return obstacle(rescue.leg.campus, courier_side(rescue.leg), courier_side(rescue.giver))


def obstacles_of_courier(leg: Leg) -> dict[str, str]:
    """For "receiver" and "customer": why the leg's courier cannot call them, or ""."""
    return {
        to: obstacle(leg.campus, courier_side(leg), callee_of(leg.order, to))
        for to in (CallRole.RECEIVER.value, CallRole.CUSTOMER.value)
    }
