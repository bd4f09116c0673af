"""What follows when a detector has gone a step further with an order, or back."""

from core import realtime
from core.events import subscribe
from exceptions.detection.registry import DETECTORS, moved_of
from exceptions.events import WatchesMoved
from exceptions.models import UNRESOLVED, Ticket, Watch
from exceptions.tickets import services


@subscribe(WatchesMoved)
def watch_moved(event: WatchesMoved) -> None:
    """Resolve the ticket of a watch that has gone back to its beginning, tell whom the detector tells, and refresh the
    consoles."""
    watches = Watch.objects.filter(pk__in=event.watches).select_related(
        "order", "leg__courier__user", "leg__order"
    )
    campuses = set()
    for watch in watches.order_by("pk"):
        campuses.add(watch.campus_id)
        if watch.step == Watch.Step.QUIET:
            _resolve(watch)
        if tell := moved_of(watch.detector):
            tell(watch)
    realtime.broadcast([f"console.{pk}" for pk in sorted(campuses)], "watch")


def _resolve(watch: Watch) -> None:
    """What the watch itself had found is over."""
    types = DETECTORS[watch.detector].types
    found = Ticket.objects.filter(
        order=watch.order, type__in=types, status__in=UNRESOLVED, source=Ticket.Source.SCANNER,
        opened_at__gte=watch.began_at,
    )  # fmt: skip
    for ticket in found.order_by("pk"):
        services.resolve(ticket=ticket, actor=None, resolution=f"{watch.detector}_over")
