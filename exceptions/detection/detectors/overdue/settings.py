"""When it is said again."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Threshold

REPEAT_MINUTES = Threshold(
    "repeat_minutes", _("repeated when still so after its ticket was settled (min)"), 15, 5, 120
)
THRESHOLDS = (REPEAT_MINUTES,)
