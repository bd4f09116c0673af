"""The words that everything about orders is told in: kinds, states and stages."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What `Order.kind` may hold. All else about a kind stands in its module of `orders.kinds`."""

    PARCEL = "parcel", _("Fetch a parcel")
    PURCHASE = "purchase", _("Buy something")
    DOCUMENT = "document", _("Carry a document")
    QUEUE = "queue", _("Queue for me")
    HAUL = "haul", _("Move things")
    CUSTOM = "custom", _("Anything else")
    TAKEAWAY = "takeaway", _("Takeaway")


class Status(models.TextChoices):
    PENDING_PAYMENT = "pending_payment", _("waiting for payment")
    PLACED = "placed", _("looking for a courier")
    ACCEPTED = "accepted", _("courier on the way to pick up")
    PICKED_UP = "picked_up", _("on the way to you")
    AT_RELAY = "at_relay", _("at the relay station")
    DELIVERED = "delivered", _("delivered")
    COMPLETED = "completed", _("completed")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("not paid in time")
    RETURNING = "returning", _("going back")
    RETURNED = "returned", _("returned")


# Being worked on: what the scanner watches.
LIVE = [Status.PLACED, Status.ACCEPTED, Status.PICKED_UP, Status.AT_RELAY, Status.RETURNING]
FINAL = [Status.COMPLETED, Status.CANCELLED, Status.EXPIRED, Status.RETURNED]


class Stage(models.TextChoices):
    """The stages that have a deadline of their own; each is a live state of the order."""

    PLACED = "placed", _("waiting for a courier")
    ACCEPTED = "accepted", _("courier fetching")
    PICKED_UP = "picked_up", _("courier delivering")
    AT_RELAY = "at_relay", _("waiting at the relay station")
    RETURNING = "returning", _("going back")
