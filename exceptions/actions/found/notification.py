"""Nothing: the ticket settles itself, and the order's page says that it goes on."""

from exceptions.tickets.notifications import Notification

NOTIFICATIONS: dict[str, Notification] = {}
