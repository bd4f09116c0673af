"""Nothing that a campus would set: a scan says that it is so."""

from exceptions.detection.base import Threshold

THRESHOLDS: tuple[Threshold, ...] = ()
