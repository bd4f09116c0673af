"""A courier with the goods in hand stands still and is past the next stop of the plan."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Detector

TYPE = "courier_stationary"
DETECTOR = Detector(
    label=_("A courier with goods stands still"),
    types=(TYPE,),
    evidence="the trail, the plan's next stop",
    settles="the courier moves again",
)
