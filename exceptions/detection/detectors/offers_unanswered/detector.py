"""One courier after the other does not take an offered job."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Detector

TYPE = "offers_unanswered"
DETECTOR = Detector(
    label=_("Nobody takes the offers of a job"), types=(TYPE,), evidence="the offers and their ends"
)
