"""Watching what lies on a shelf until the station closes."""

from datetime import datetime

from campus.calendar import calendar_of
from core import clock
from core.events import subscribe
from delivery.models import RelayStation, ShelfItem
from exceptions.detection import thresholds, watching
from exceptions.detection.detectors.relay_closing.query import NAME
from exceptions.detection.detectors.relay_closing.settings import BEFORE_MINUTES
from orders.events import OrderAtRelay


@subscribe(OrderAtRelay)
def goods_on_the_shelf(event: OrderAtRelay) -> None:
    """Look shortly before the next time that it closes."""
    item = (
        ShelfItem.objects.filter(order=event.order, taken_at=None).select_related("station", "order").first()
    )
    if item is None:
        return
    leg = item.order.legs.filter(relay=item.station, sequence=1).latest("pk")
    before = thresholds.minutes(NAME, BEFORE_MINUTES, item.order.campus_id)
    if closes := closes_at(item.station, clock.now() + before, item.order.campus_id):
        watching.begin(NAME, leg, closes - before)


def closes_at(station: RelayStation, after: datetime, campus_id: int) -> datetime | None:
    """The next time that it closes; None for one that never does, or never opens again."""
    calendar = calendar_of(campus_id)
    opens = station.hours.next_opening(after, calendar)
    return station.hours.closing(opens, calendar) if opens else None
