"""Watching every job in hand, and asking its courier."""

from datetime import timedelta

from core import clock
from core.events import subscribe
from delivery.events import LegAssigned, LegTransferred, RescueBegun, RescueEnded
from delivery.models import Leg
from exceptions.detection import watching
from exceptions.detection.detectors.courier_silent.notices import ask
from exceptions.detection.detectors.courier_silent.query import NAME
from exceptions.models import Watch

FIRST_LOOK = timedelta(minutes=1)


@subscribe(LegAssigned, LegTransferred, RescueBegun, RescueEnded)
def courier_has_it(event: LegAssigned | LegTransferred | RescueBegun | RescueEnded) -> None:
    """Watch the job from now on."""
    leg = Leg.objects.get(pk=event.leg)
    if leg.is_carried:
        watching.begin(NAME, leg, clock.now() + FIRST_LOOK)


def moved(watch: Watch) -> None:
    """Ask the courier at the first sign. (The call that follows is the operators': they see it on the console.)"""
    if watch.step == Watch.Step.FIRST:
        ask(watch)
