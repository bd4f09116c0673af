"""A stage of an order's way takes longer than it should."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Detector
from exceptions.detection.detectors.stalled.query import STALLED

DETECTOR = Detector(
    label=_("A stage takes too long"),
    types=tuple(STALLED.types.values()),
    evidence="the stage's time, the order's history",
)
