"""Events of conversations."""

from core.events import Event


class MessageSent(Event, name="chat.message_sent"):
    """Somebody has written what the other side may read."""

    message: int


class ConversationHandedOver(Event, name="chat.handed_over"):
    """An operator has handed a conversation over to a colleague."""

    conversation: int
    to: int
    message: int  # the number within the thread of the entry that says so
