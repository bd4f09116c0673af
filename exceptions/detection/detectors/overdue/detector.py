"""The promised time passes."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Detector

DETECTOR = Detector(
    label=_("The promised time passes"), types=("overdue",), evidence="the first promise, the order's history"
)
