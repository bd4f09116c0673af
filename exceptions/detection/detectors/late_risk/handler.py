"""Watching every job until its goods are picked up."""

from core import clock
from core.events import subscribe
from delivery.events import LegAssigned, LegTransferred, RescueBegun, RescueEnded
from delivery.models import Leg
from delivery.services.codes import FETCHING
from exceptions.detection import watching
from exceptions.detection.detectors.late_risk.query import NAME
from exceptions.detection.judging import LOOK


@subscribe(LegAssigned, LegTransferred, RescueBegun, RescueEnded)
def courier_has_it(event: LegAssigned | LegTransferred | RescueBegun | RescueEnded) -> None:
    """Watch the job from now on."""
    leg = Leg.objects.get(pk=event.leg)
    if leg.status in FETCHING:
        watching.begin(NAME, leg, clock.now() + LOOK)
