"""A refund has failed for good."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Detector

TYPE = "refund_stuck"

DETECTOR = Detector(
    label=_("A refund has failed for good"),
    types=(TYPE,),
    evidence="the refund, the gateway's answer",
    stays="somebody has to see that the money comes back",
)
