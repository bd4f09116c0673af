"""A courier is far from every way that their jobs need."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Detector

TYPE = "courier_off_route"
DETECTOR = Detector(
    label=_("A courier is off the route"),
    types=(TYPE,),
    evidence="three positions in a row, the ways of the plan",
    settles="the courier is back on the route",
)
