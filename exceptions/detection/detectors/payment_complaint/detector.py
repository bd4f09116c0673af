"""A customer has complained at the provider by which they paid."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Detector

TYPE = "payment_complaint"

DETECTOR = Detector(
    label=_("The customer has complained at the payment provider"),
    types=(TYPE,),
    evidence="the complaint as the provider tells it, with its deadlines",
    settles="the provider says that the complaint is over",
)
