"""One file a noun."""

from notifications.models.notices import Notice
from notifications.models.preferences import Preference, PushSubscription
from notifications.models.sends import Circuit, Send

__all__ = [
    "Circuit",
    "Notice",
    "Preference",
    "PushSubscription",
    "Send",
]
