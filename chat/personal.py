"""What is written in chats, in the table of personal data and in a person's export."""

from django.utils.translation import gettext_lazy as _

from accounts.personal import exports, exports_files, named
from chat import retention
from chat.models import Line
from core.personal_data import Erasure, Keeps, Reader, erases, not_personal, personal

OWN, STAFF = Reader.PERSON, Reader.OPERATORS
PARTIES = (OWN, Reader.CUSTOMER, Reader.COURIER, STAFF)

personal(
    "chat.Line", "text data", mentions="thread__readings__user", exported="chat",
    keeps=Keeps(period="chats", sweep=retention.redact_old),
    purpose=_("to talk about an order, and to know what was said when something went wrong"),
    readers=PARTIES, erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "chat.Line", "photo", exported="chat", keeps=Keeps(period="chats", sweep=retention.redact_old),
    purpose=_("to show what something looks like"), readers=PARTIES, erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "chat.Line", "author client",
    purpose=_("to know who spoke"), readers=PARTIES, erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "chat.Reading", "user", about="user",
    purpose=_("to show what has been read"), readers=PARTIES, erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "chat.Conversation", "person operator",
    purpose=_("to answer who asks customer service"), readers=(OWN, STAFF), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
not_personal("chat.Thread", "chat.Topic", "chat.CannedAnswer", "chat.ServiceHours")


@erases
def redact_talks(user) -> None:
    """What they said, and what customer service said to them."""
    retention.redact(Line.objects.filter(author=user, redacted_at=None))
    own = Line.objects.filter(thread__conversation__person=user, redacted_at=None)
    retention.redact(own.exclude(kind=Line.Kind.SYSTEM))


@exports("chat")
def lines_of(user) -> list[dict]:
    lines = Line.objects.filter(author=user, redacted_at=None).select_related("thread").order_by("at", "pk")
    return [
        {
            "at": line.at.isoformat(),
            "with": named(line.thread, "kind"),
            "order": line.thread.ref or None,
            "kind": named(line, "kind"),
            "text": line.text,
            "position": [line.data["lat"], line.data["lon"]] if line.kind == Line.Kind.PLACE else None,
        }
        for line in lines
    ]


@exports_files
def chat_photos_of(user):
    """The photos that they sent."""
    for line in Line.objects.filter(author=user).exclude(photo="").order_by("pk"):
        yield f"chat/{line.pk}.jpg", line.photo
