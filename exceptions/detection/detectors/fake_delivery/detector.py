"""Left at the door, says the courier, whose phone was somewhere else."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Detector

TYPE = "fake_delivery"

DETECTOR = Detector(
    label=_("Delivered far from the door"),
    types=(TYPE,),
    evidence="the position at the press, the courier's reason and photo",
)
