"""How far is off."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Threshold

OFF_METRES = Threshold("off_metres", _("so many metres from every way of the plan"), 300, 100, 2000)
THRESHOLDS = (OFF_METRES,)
