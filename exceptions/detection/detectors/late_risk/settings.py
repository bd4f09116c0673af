"""How sure it has to be."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Threshold

# How far predicted arrivals are usually off (standard deviation).
SPREAD_MINUTES = Threshold("spread_minutes", _("predictions are usually off by so much (min)"), 6, 1, 60)
THRESHOLDS = (SPREAD_MINUTES,)
