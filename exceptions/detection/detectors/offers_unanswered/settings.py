"""How many are too many."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Threshold

OFFERS_IN_VAIN = Threshold("offers_in_vain", _("offers in vain"), 4, 2, 20)
THRESHOLDS = (OFFERS_IN_VAIN,)
