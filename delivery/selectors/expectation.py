"""When goods are expected at the door, as one range that agrees with the courier's plan."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core import clock
from delivery.models import CARRIED, Leg, LegStatus
from delivery.plan import Distances, in_order

# The range is a quarter of what is left of the way, and never narrower than this.
NARROWEST = timedelta(minutes=3)
WIDTH = 4


@dataclass(frozen=True)
class Expectation:
    """Between `earliest` and `latest`, full minutes. `other_stops`: how many the courier makes before."""

    earliest: datetime
    latest: datetime
    other_stops: int

    @property
    def is_past(self) -> bool:
        return self.latest < clock.now()


def expectation(leg: Leg) -> Expectation | None:
    """Of a leg that ends at its customer's door; None where nobody can tell, and once the courier is there. One query."""
    if leg.eta_at is None or leg.status not in CARRIED or leg.status == LegStatus.AT_DROPOFF or leg.to_shelf:
        return None
    courier = leg.courier
    held = Leg.objects.filter(courier=courier, status__in=CARRIED).select_related(
        "order", "pickup", "dropoff"
    )
    stops = in_order(courier.position, held, Distances(courier.campus, courier.vehicle))
    door = next(i for i, stop in enumerate(stops) if stop.leg.pk == leg.pk and not stop.is_pickup)
    earliest = leg.eta_at.replace(second=0, microsecond=0)
    width = max(NARROWEST, (leg.eta_at - clock.now()) / WIDTH)
    latest = earliest + timedelta(minutes=-(-width // timedelta(minutes=1)))
    return Expectation(earliest, latest, sum(stop.leg.pk != leg.pk for stop in stops[:door]))
