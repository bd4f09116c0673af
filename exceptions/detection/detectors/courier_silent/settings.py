"""How long silence is normal, and how long each step is given."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Threshold

# Phones lock, and their positions stop.
SILENT_MINUTES = Threshold("silent_minutes", _("no sign for so long (min)"), 8, 2, 60)
ASK_MINUTES = Threshold("ask_minutes", _("asked so long before the next stop is due (min)"), 2, 1, 15)
CALL_MINUTES = Threshold("call_minutes", _("a ticket so long after the call was offered (min)"), 3, 1, 30)
THRESHOLDS = (SILENT_MINUTES, ASK_MINUTES, CALL_MINUTES)
