"""Finding exceptions by the clock."""

from exceptions.detection.rules import ALARMS, RING_AGAIN, alarm_of
from exceptions.detection.scanner import ScanResult, scan

__all__ = ["ALARMS", "RING_AGAIN", "ScanResult", "alarm_of", "scan"]
