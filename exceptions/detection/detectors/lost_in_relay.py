"""Goods are missing from the relay's shelf."""

from core.outbox import on
from delivery.models import Custody
from exceptions.models import Ticket
from exceptions.tickets import services
from orders.models import Order

TYPE = "lost_in_relay"
_CHECKED_IN = [Custody.Act.SHELVED, Custody.Act.FOUND]


@on("delivery.goods_missing")
def goods_missing(event: dict) -> None:
    """What was scanned in is not on the shelf: the last one who had it is asked first. (A keeper who took it in answers
    to the campus team: then the ticket has no courier.)"""
    order = Order.objects.get(pk=event["order"])
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
