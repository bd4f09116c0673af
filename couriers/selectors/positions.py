"""What is known of where a courier is."""

from datetime import timedelta

from django.utils.translation import gettext as _

from core import clock
from couriers.models import Courier

# A position older than this says little about where somebody is.
FRESH = timedelta(minutes=15)


def accuracy_note(courier: Courier) -> str:
    """How exactly the phone knows where it is: "±35 m"; empty where it does not say."""
    return accuracy_text(courier.accuracy_m)


def accuracy_text(metres: int | None) -> str:
    """ "±35 m"; empty for None."""
    return _("±%(metres)s m") % {"metres": metres} if metres else ""


def position_note(courier: Courier) -> str:
    """That nobody knows where this courier is, or since when; empty while the position is fresh."""
    if courier.located_at is None or courier.lat is None:
        return _("no position")
    age = clock.now() - courier.located_at
    return _("silent for %(n)s min") % {"n": int(age.total_seconds() // 60)} if age > FRESH else ""
