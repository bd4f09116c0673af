"""How far is far stands in the campus's own row (`arrival_radius_m`): couriers are asked for a photo beyond the same line."""

from exceptions.detection.base import Threshold

THRESHOLDS: tuple[Threshold, ...] = ()
