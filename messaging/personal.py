"""What is said on the platform, and who calls whom, in the table of personal data and in a person's export."""

from django.utils.translation import gettext_lazy as _

from accounts.personal import exports, exports_files, named
from core.personal_data import Erasure, Keeps, Reader, erases, not_personal, personal
from messaging.chat import retention
from messaging.models import Line, Notice, Preference, PushSubscription, Send
from messaging.services import sending

OWN, STAFF, SERVER = Reader.PERSON, Reader.OPERATORS, Reader.SERVER
PARTIES = (OWN, Reader.CUSTOMER, Reader.COURIER, STAFF)
QUOTING = ("chat", "handed_over")

personal(
    "messaging.Line", "text data", mentions="thread__readings__user", exported="chat",
    keeps=Keeps(period="chats", sweep=retention.redact_old),
    purpose=_("to talk about an order, and to know what was said when something went wrong"),
    readers=PARTIES, erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "messaging.Line", "photo", exported="chat", keeps=Keeps(period="chats", sweep=retention.redact_old),
    purpose=_("to show what something looks like"), readers=PARTIES, erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "messaging.Line", "author client",
    purpose=_("to know who spoke"), readers=PARTIES, erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "messaging.Reading", "user", about="user",
    purpose=_("to show what has been read"), readers=PARTIES, erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "messaging.Conversation", "person operator",
    purpose=_("to answer who asks customer service"), readers=(OWN, STAFF), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "messaging.Notice", "user title body link key", about="user", exported="notices",
    keeps=Keeps(period="notices", since="created_at", then=Erasure.DELETE),
    purpose=_("to tell what has happened"), readers=(OWN,), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "messaging.Send", "error provider_no number", about="notice__user", exported="sends",
    keeps=Keeps(period="sends", sweep=sending.tidy),
    purpose=_("to know whether a message arrived"), readers=(OWN, STAFF), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "messaging.Preference", "user channels email wechat", about="user", exported="notice_choices",
    purpose=_("to reach people by the way that they chose"), readers=(OWN,), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "messaging.PushSubscription", "user endpoint p256dh auth device", about="user", exported="notice_choices",
    purpose=_("to reach people by the way that they chose"), readers=(OWN,), erasure=Erasure.DELETE,
)  # fmt: skip
not_personal(
    "messaging.Thread", "messaging.Topic", "messaging.CannedAnswer", "messaging.ServiceHours",
    "messaging.Circuit", "messaging.Notice.kind", "messaging.Send.provider",
)  # fmt: skip


@erases
def redact_talks(user) -> None:
    """What they said, and what customer service said to them."""
    retention.redact(Line.objects.filter(author=user, redacted_at=None))
    own = Line.objects.filter(thread__conversation__person=user, redacted_at=None)
    retention.redact(own.exclude(kind=Line.Kind.SYSTEM))


def _own_words(notice: Notice) -> str:
    """What it says, but for what somebody else wrote: that is theirs."""
    return "" if notice.kind in QUOTING else notice.body


@exports("notices")
def notices_of(user) -> list[dict]:
    return [
        {
            "at": notice.created_at.isoformat(),
            "title": notice.title,
            "body": _own_words(notice),
            "read_at": notice.read_at.isoformat() if notice.read_at else None,
        }
        for notice in Notice.objects.filter(user=user)
    ]


@exports("notice_choices")
def choices_of(user) -> dict:
    own = Preference.objects.filter(user=user).first() or Preference(user=user)
    return {
        "channels": own.channels,
        "quiet": [own.quiet_from.isoformat(), own.quiet_until.isoformat()] if own.quiet else None,
        "email": own.email,
        "wechat": bool(own.wechat),
        "browsers": [
            {"device": browser.device, "since": browser.created_at.isoformat()}
            for browser in PushSubscription.objects.filter(user=user)
        ],
    }


@exports("sends")
def sends_of(user) -> list[dict]:
    """What left the platform for them by SMS, e-mail, push or WeChat; the words are those of the notice."""
    return [
        {
            "at": send.created_at.isoformat(),
            "channel": named(send, "channel"),
            "status": named(send, "status"),
            "title": send.notice.title,
            "body": _own_words(send.notice),
            "sent_at": send.sent_at.isoformat() if send.sent_at else None,
        }
        for send in Send.objects.filter(notice__user=user).select_related("notice").order_by("pk")
    ]


@exports_files
def chat_photos_of(user):
    """The photos that they sent."""
    for line in Line.objects.filter(author=user).exclude(photo="").order_by("pk"):
        yield f"chat/{line.pk}.jpg", line.photo
