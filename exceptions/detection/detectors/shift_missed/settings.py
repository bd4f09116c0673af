"""How long an order may wait where nobody came."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Threshold

WAIT_MINUTES = Threshold("wait_minutes", _("orders that wait for so long (min)"), 3, 1, 30)
THRESHOLDS = (WAIT_MINUTES,)
