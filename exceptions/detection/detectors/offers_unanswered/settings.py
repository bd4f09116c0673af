"""How many are too many."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Threshold

UNANSWERED_OFFERS = Threshold("unanswered_offers", _("unanswered offers"), 4, 2, 20)
THRESHOLDS = (UNANSWERED_OFFERS,)
