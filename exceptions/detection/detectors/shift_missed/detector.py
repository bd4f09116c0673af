"""Nobody came to a shift, and orders of its area wait for a courier."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Detector

TYPE = "shift_missed"
DETECTOR = Detector(
    label=_("Nobody came to a shift"), types=(TYPE,), evidence="the shift, who took it, who was on duty"
)
