"""Notices, and what people choose about them, in the table of personal data and in a person's export."""

from django.utils.translation import gettext_lazy as _

from accounts.personal import exports, named
from core.personal_data import Erasure, Keeps, Reader, not_personal, personal
from notifications import kinds
from notifications.models import Notice, Preference, PushSubscription, Send
from notifications.services import delivery

OWN, STAFF = Reader.PERSON, Reader.OPERATORS

personal(
    "notifications.Notice", "user title body link about key", about="user", exported="notices",
    keeps=Keeps(period="notices", since="created_at", then=Erasure.DELETE),
    purpose=_("to tell what has happened"), readers=(OWN,), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "notifications.Send", "error provider_no number", about="notice__user", exported="sends",
    keeps=Keeps(period="sends", sweep=delivery.tidy),
    purpose=_("to know whether a message arrived"), readers=(OWN, STAFF), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "notifications.Preference", "user channels quiet_hours email wechat", about="user", exported="notice_choices",
    purpose=_("to reach people by the way that they chose"), readers=(OWN,), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "notifications.PushSubscription", "user endpoint p256dh auth device", about="user", exported="notice_choices",
    purpose=_("to reach people by the way that they chose"), readers=(OWN,), erasure=Erasure.DELETE,
)  # fmt: skip
not_personal(
    "notifications.Circuit", "notifications.Notice.kind", "notifications.Send.provider",
)  # fmt: skip


def _own_words(notice: Notice) -> str:
    """What it says, but for what somebody else wrote: that is theirs."""
    known = kinds.get(notice.kind)
    return "" if known and known.quotes else notice.body


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
        "quiet": own.quiet_hours.label if own.quiet else None,
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
