"""Orders whose stage is due: the stay at a relay and the way back among them."""

from exceptions.detection.sources import Alarm
from orders.models import Status

QUERY = STALLED = Alarm(
    "stalled",
    "stage_due_at",
    {
        Status.PLACED: "stalled_unassigned",
        Status.ACCEPTED: "stalled_pickup",
        Status.PICKED_UP: "stalled_delivery",
        Status.AT_RELAY: "stalled_relay",
        Status.RETURNING: "stalled_return",
    },
)
