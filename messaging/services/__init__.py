"""Every write of messaging, one module a subject."""

from messaging.services.choosing import choose, confirm_email, know_wechat, subscribe, unsubscribe
from messaging.services.planning import send_to_number
from messaging.services.sending import retry, send_due, tidy
from messaging.services.telling import (
    cut_notices,
    empty_notices,
    letter,
    mark_read,
    mark_read_by_key,
    notify,
    notify_all,
)

__all__ = [
    "choose",
    "confirm_email",
    "cut_notices",
    "empty_notices",
    "know_wechat",
    "letter",
    "mark_read",
    "mark_read_by_key",
    "notify",
    "notify_all",
    "retry",
    "send_due",
    "send_to_number",
    "subscribe",
    "tidy",
    "unsubscribe",
]
