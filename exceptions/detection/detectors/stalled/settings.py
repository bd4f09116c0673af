"""When it is said again: as for the promise."""

from exceptions.detection.detectors.overdue.settings import REPEAT_MINUTES

THRESHOLDS = (REPEAT_MINUTES,)
