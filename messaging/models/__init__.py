"""One file a noun."""

from messaging.models.notices import Notice
from messaging.models.preferences import Preference, PushSubscription
from messaging.models.sends import Circuit, Send

__all__ = [
    "Circuit",
    "Notice",
    "Preference",
    "PushSubscription",
    "Send",
]
