"""A courier scans at another relay station than the goods belong to."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Detector

TYPE = "wrong_station"
DETECTOR = Detector(
    label=_("Scanned at the wrong relay station"), types=(TYPE,), evidence="the scan, the station of the leg"
)
