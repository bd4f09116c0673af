"""What the scanner watches: two alarms of an order, and the type of exception that each state makes of them."""

from dataclasses import dataclass
from datetime import timedelta

from orders.models import Status

# The alarm of an order that is still late when its ticket has been settled is repeated after this.
REPEAT_AFTER = timedelta(minutes=15)
# A row that could not be turned into a ticket is tried again after this.
PUSH_BACK = timedelta(minutes=5)
# The scanner looks once a second. What was late by less than this may have slipped between two looks.
SLIPS = timedelta(minutes=3)


@dataclass(frozen=True)
class Alarm:
    """A due time of the order (`field`). A state that is not in `types` has nothing to wait for: the alarm is just
    cleared."""

    name: str
    field: str
    types: dict[str, str]  # status of the order → code of the exception type


OVERDUE = Alarm(
    "overdue",
    "promise_due_at",
    dict.fromkeys([Status.PLACED, Status.ACCEPTED, Status.PICKED_UP, Status.AT_RELAY], "overdue"),
)
STALLED = Alarm(
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
ALARMS = (OVERDUE, STALLED)


def alarm_of(type_code: str, status: str) -> Alarm | None:
    """The alarm that opens tickets of this type for an order in this state."""
    return next((alarm for alarm in ALARMS if alarm.types.get(status) == type_code), None)
