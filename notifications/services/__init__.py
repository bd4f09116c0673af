"""Every write of notifications, one module a subject."""

from notifications.services.channel_selection import quiet_ends, send_to_number
from notifications.services.delivery import retry, send_due, tidy
from notifications.services.inbox import (
    build_notification,
    cut_notices,
    empty_notices,
    mark_read,
    mark_read_about,
    mark_read_at,
    mark_read_by_key,
    notify,
    notify_all,
)
from notifications.services.preferences import choose, confirm_email, know_wechat, subscribe, unsubscribe

__all__ = [
    "build_notification",
    "choose",
    "confirm_email",
    "cut_notices",
    "empty_notices",
    "know_wechat",
    "mark_read",
    "mark_read_about",
    "mark_read_at",
    "mark_read_by_key",
    "notify",
    "notify_all",
    "quiet_ends",
    "retry",
    "send_due",
    "send_to_number",
    "subscribe",
    "tidy",
    "unsubscribe",
]
