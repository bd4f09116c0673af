"""Goods lie in a relay station, and nobody on duty may take them to the door."""

from core.events import subscribe
from couriers.events import DutyEnded
from couriers.models import Courier
from delivery.events import LegReleased, LegWithdrawn
from delivery.models import Leg, LegStatus
from dispatch.selectors import availability_of
from exceptions.detection.detectors.nobody_at_relay.detector import TYPE
from exceptions.models import Ticket
from exceptions.tickets import services
from orders.events import OrderAtRelay
from orders.models import Order, Status

WAITS = (LegStatus.OPEN, LegStatus.OFFERED)


@subscribe(OrderAtRelay)
def goods_have_come(event: OrderAtRelay) -> None:
    """Open a ticket if nobody may take them on."""
    _look([event.order])


@subscribe(LegReleased, LegWithdrawn)
def courier_gave_back(event: LegReleased | LegWithdrawn) -> None:
    """Open a ticket if nobody else may take them on."""
    _look([event.order])


@subscribe(DutyEnded)
def courier_has_gone(event: DutyEnded) -> None:
    """Open a ticket for what only they could have taken on."""
    campus = Courier.objects.values_list("campus", flat=True).get(pk=event.courier)
    waiting = Leg.objects.filter(campus=campus, sequence=2, status__in=WAITS)
    _look(waiting.values_list("order", flat=True))


def _look(order_ids) -> None:
    for order in Order.objects.filter(pk__in=order_ids, status=Status.AT_RELAY).select_related("campus"):
        leg = order.legs.filter(sequence=2, status__in=WAITS).first()
        if leg is not None and availability_of(order).is_nobody:
            services.report(order=order, type=TYPE, source=Ticket.Source.EVENT, leg=leg)
