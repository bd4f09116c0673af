"""Orders whose promise is due, in every state in which somebody still waits for them."""

from exceptions.detection.sources import Alarm
from orders.models import Status

QUERY = OVERDUE = Alarm(
    "overdue",
    "promise_due_at",
    dict.fromkeys([Status.PLACED, Status.ACCEPTED, Status.PICKED_UP, Status.AT_RELAY], "overdue"),
)
