"""How long somebody may stand, and what counts as standing."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Threshold

STILL_MINUTES = Threshold("still_minutes", _("not moved for so long (min)"), 6, 3, 60)
# Between houses a phone is wrong by up to a hundred metres.
STILL_METRES = Threshold("still_metres", _("that is within so many metres"), 80, 30, 300)
THRESHOLDS = (STILL_MINUTES, STILL_METRES)
