"""How long before, and how a keeper is noticed."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Threshold

BEFORE_MINUTES = Threshold("before_minutes", _("so long before it closes (min)"), 20, 5, 120)
SEEN_MINUTES = Threshold(
    "seen_minutes", _("no keeper has done anything there for so long (min)"), 90, 15, 600
)
THRESHOLDS = (BEFORE_MINUTES, SEEN_MINUTES)
