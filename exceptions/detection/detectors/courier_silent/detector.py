"""Nothing is heard of a courier who should be at the next stop by now."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Detector

TYPE = "courier_offline"
DETECTOR = Detector(
    label=_("Nothing is heard of a courier"),
    types=(TYPE,),
    evidence="last position, scans, taps, messages and calls; the plan's next stop",
    settles="the courier is heard of again",
)
