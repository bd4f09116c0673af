"""The time of a booked order comes near, and no courier has it."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Detector

TYPE = "scheduled_unstaffed"
DETECTOR = Detector(
    label=_("A booked order has no courier near its time"),
    types=(TYPE,),
    evidence="the booked time, the dispatch history",
)
