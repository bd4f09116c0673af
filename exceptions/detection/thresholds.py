"""What a campus has set of a detector, or what it comes with."""

from datetime import timedelta

from exceptions.detection.base import Threshold
from exceptions.models import DetectorThreshold


def value(detector: str, threshold: Threshold, campus_id: int) -> int:
    """The campus's own figure, else the default."""
    own = DetectorThreshold.objects.filter(campus=campus_id, detector=detector, name=threshold.name)
    return own.values_list("value", flat=True).first() or threshold.default


def minutes(detector: str, threshold: Threshold, campus_id: int) -> timedelta:
    """A figure in minutes."""
    return timedelta(minutes=value(detector, threshold, campus_id))
