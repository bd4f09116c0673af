"""Nothing of its own: orders tell that the order has ended, `compensate` what is paid besides."""

from exceptions.tickets.notifications import Notification

NOTIFICATIONS: dict[str, Notification] = {}
