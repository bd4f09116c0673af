"""One file a noun."""

from messaging.models.chat import CannedAnswer, Conversation, Line, Reading, ServiceHours, Thread, Topic
from messaging.models.notices import Notice
from messaging.models.preferences import Preference, PushSubscription
from messaging.models.sends import Circuit, Send

__all__ = [
    "CannedAnswer",
    "Circuit",
    "Conversation",
    "Line",
    "Notice",
    "Preference",
    "PushSubscription",
    "Reading",
    "Send",
    "ServiceHours",
    "Thread",
    "Topic",
]
