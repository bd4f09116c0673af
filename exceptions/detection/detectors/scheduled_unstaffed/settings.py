"""How near is near."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Threshold

AHEAD_MINUTES = Threshold("ahead_minutes", _("so long before the booked time (min)"), 15, 5, 120)
THRESHOLDS = (AHEAD_MINUTES,)
