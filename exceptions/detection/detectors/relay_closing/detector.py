"""A relay station is about to close, goods lie in it, and no keeper is there."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Detector

TYPE = "relay_closing"
DETECTOR = Detector(
    label=_("A station closes on goods without a keeper"),
    types=(TYPE,),
    evidence="the shelf, the chain of custody, the opening hours",
)
