"""An order will probably be late, and something can still be done."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Detector

TYPE = "late_risk"
DETECTOR = Detector(
    label=_("An order will probably be late"),
    types=(TYPE,),
    evidence="the prediction along the plan, the promise",
)
