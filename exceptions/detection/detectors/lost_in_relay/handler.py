"""Goods are missing from the relay's shelf."""

from core.events import subscribe
from delivery.events import GoodsMissing
from delivery.models import Custody
from exceptions.detection.detectors.lost_in_relay.detector import TYPE
from exceptions.models import Ticket
from exceptions.tickets import services
from orders.models import Order

_CHECKED_IN = [Custody.Act.SHELVED, Custody.Act.FOUND]


@subscribe(GoodsMissing)
def goods_missing(event: GoodsMissing) -> None:
    """Open a ticket: the last one who had the goods is asked first. (A keeper who took them in answers
    to the campus team: then the ticket has no courier.)"""
    order = Order.objects.get(pk=event.order)
    links = Custody.objects.filter(order=order, act__in=_CHECKED_IN)
    last = links.select_related("taker", "giver", "leg__courier", "station__place").latest("at", "pk")
    holder = last.taker or last.giver
    services.report(
        order=order,
        type=TYPE,
        source=Ticket.Source.EVENT,
        leg=last.leg,
        courier=last.leg.courier if last.taker_id is None else None,
        data={"holder": holder.display_name, "slot": last.slot, "station": last.station.place.name},
    )
