"""The customer does not agree to pay more than their budget."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Detector

TYPE = "over_budget"

DETECTOR = Detector(
    label=_("The customer does not agree to pay more"),
    types=(TYPE,),
    evidence="the price asked, the receipt's photo, the customer's answer",
)
