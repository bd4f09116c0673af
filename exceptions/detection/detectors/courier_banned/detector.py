"""A courier with jobs in hand is banned."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Detector

TYPE = "courier_offline"

DETECTOR = Detector(
    label=_("A courier with jobs in hand is banned"), types=(TYPE,), evidence="the ban, the legs in hand"
)
