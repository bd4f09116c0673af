"""Nothing: orders and dispatch tell customer and courier that the order is cancelled."""

from exceptions.tickets.notifications import Notification

NOTIFICATIONS: dict[str, Notification] = {}
