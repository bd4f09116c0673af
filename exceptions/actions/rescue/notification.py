"""Nothing: delivery tells the customer first, in the same transaction, and then the two couriers."""

from exceptions.tickets.notifications import Notification

NOTIFICATIONS: dict[str, Notification] = {}
