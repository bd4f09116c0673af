"""Watching the jobs whose goods are in hand."""

from core import clock
from core.events import subscribe
from delivery.events import LegPickedUp, LegTransferred, RescueCollected, RescueEnded
from delivery.models import Leg
from delivery.services.codes import ON_THE_WAY
from exceptions.detection import watching
from exceptions.detection.detectors.courier_stationary.query import NAME
from exceptions.detection.judging import LOOK


@subscribe(LegPickedUp, LegTransferred, RescueCollected, RescueEnded)
def goods_in_hand(event: LegPickedUp | LegTransferred | RescueCollected | RescueEnded) -> None:
    """Watch the job from now on."""
    leg = Leg.objects.get(pk=event.leg)
    if leg.status in ON_THE_WAY:
        watching.begin(NAME, leg, clock.now() + LOOK)
