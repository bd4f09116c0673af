"""Nothing: orders and dispatch tell customer and courier that it goes back."""

from exceptions.tickets.notifications import Notification

NOTIFICATIONS: dict[str, Notification] = {}
