"""Goods lie in a relay station, and nobody on duty may take them to the door."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Detector

TYPE = "nobody_at_relay"

DETECTOR = Detector(
    label=_("Nobody may take goods on from a relay"), types=(TYPE,), evidence="the shelf, who is on duty"
)
