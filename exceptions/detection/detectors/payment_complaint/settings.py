"""Nothing that a campus would set: the provider says that it is so."""

from exceptions.detection.base import Threshold

THRESHOLDS: tuple[Threshold, ...] = ()
