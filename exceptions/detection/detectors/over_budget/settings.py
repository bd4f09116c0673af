"""Nothing that a campus would set: an event says that it is so."""

from exceptions.detection.base import Threshold

THRESHOLDS: tuple[Threshold, ...] = ()
