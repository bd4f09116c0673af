"""What is written in chats, in the table of personal data and in a person's export."""

from django.utils.translation import gettext_lazy as _

from accounts.personal import exports, exports_files, named
from chat import retention
from chat.models import Message
from core.personal_data import Erasure, Keeps, Reader, erases, not_personal, personal

OWN, STAFF = Reader.PERSON, Reader.OPERATORS
PARTIES = (OWN, Reader.CUSTOMER, Reader.COURIER, STAFF)

personal(
    "chat.Message", "text data", mentions="thread__read_receipts__user", exported="chat",
    keeps=Keeps(period="chats", sweep=retention.redact_old),
    purpose=_("to talk about an order, and to know what was said when something went wrong"),
    readers=PARTIES, erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "chat.Message", "photo", exported="chat", keeps=Keeps(period="chats", sweep=retention.redact_old),
    purpose=_("to show what something looks like"), readers=PARTIES, erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "chat.Message", "author client",
    purpose=_("to know who spoke"), readers=PARTIES, erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "chat.ReadReceipt", "user", about="user",
    purpose=_("to show what has been read"), readers=PARTIES, erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "chat.Conversation", "person operator",
    purpose=_("to answer who asks customer service"), readers=(OWN, STAFF), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
not_personal("chat.Thread", "chat.Topic", "chat.CannedAnswer")


@erases
def redact_talks(user) -> None:
    """What they said, and what customer service said to them."""
    retention.redact(Message.objects.filter(author=user, redacted_at=None))
    own = Message.objects.filter(thread__conversation__person=user, redacted_at=None)
    retention.redact(own.exclude(kind=Message.Kind.SYSTEM))


@exports("chat")
def messages_of(user) -> list[dict]:
    messages = (
        Message.objects.filter(author=user, redacted_at=None).select_related("thread").order_by("at", "pk")
    )
    return [
        {
            "at": message.at.isoformat(),
            "with": named(message.thread, "kind"),
            "order": message.thread.ref or None,
            "kind": named(message, "kind"),
            "text": message.text,
            "position": [message.data["lat"], message.data["lon"]]
            if message.kind == Message.Kind.PLACE
            else None,
        }
        for message in messages
    ]


@exports_files
def chat_photos_of(user):
    """The photos that they sent."""
    for message in Message.objects.filter(author=user).exclude(photo="").order_by("pk"):
        yield f"chat/{message.pk}.jpg", message.photo
