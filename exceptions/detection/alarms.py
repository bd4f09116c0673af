"""The two alarms of an order, and what becomes of one whose ticket is settled."""

from datetime import timedelta

from exceptions.detection import thresholds
from exceptions.detection.detectors.overdue.query import OVERDUE
from exceptions.detection.detectors.overdue.settings import REPEAT_MINUTES
from exceptions.detection.detectors.stalled.query import STALLED
from exceptions.detection.sources import Alarm

# A row that could not be turned into a ticket is tried again after this.
PUSH_BACK = timedelta(minutes=5)
# The scanner looks once a second. What was late by less than this may have slipped between two looks.
SLIPS = timedelta(minutes=3)
ALARMS = (OVERDUE, STALLED)


def alarm_of(type_code: str, status: str) -> Alarm | None:
    """The alarm that opens tickets of this type for an order in this state."""
    return next((alarm for alarm in ALARMS if alarm.types.get(status) == type_code), None)


def repeat_after(alarm: Alarm, campus_id: int) -> timedelta:
    """The alarm of an order that is still late when its ticket has been settled is repeated after this."""
    return thresholds.minutes(alarm.name, REPEAT_MINUTES, campus_id)
