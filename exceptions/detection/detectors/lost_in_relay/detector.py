"""Goods are missing from the relay's shelf."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Detector

TYPE = "lost_in_relay"

DETECTOR = Detector(
    label=_("Goods are missing from a shelf"), types=(TYPE,), evidence="the chain of custody, the last scan"
)
