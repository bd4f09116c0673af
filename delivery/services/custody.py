"""Writing the chain of custody, inside the transaction of the change itself."""

from core import clock
from delivery.models import Custody, Leg, RelayStation
from delivery.services.proximity import metres_away

How = Custody.How


def hand_over(
    leg: Leg, act: str, *, giver=None, taker=None, station: RelayStation | None = None, slot: int | None = None,
    place=None, how: str = How.BUTTON, where=None, photo=None,
) -> Custody:  # fmt: skip
    """One more link. `giver` and `taker` are people; without a taker the goods lie on the station's shelf."""
    place = place or (station.place if station else None)
    return Custody.objects.create(
        order=leg.order, leg=leg, at=clock.now(), act=act, how=how, giver=giver, taker=taker, station=station,
        slot=slot, place=place, lat=where[0] if where else None,
        lon=where[1] if where else None, photo=photo, metres_away=metres_away(place, where),
    )  # fmt: skip
