"""The type library, tickets and what was decided about them."""

from exceptions.audit.models import AuditFinding
from exceptions.clocks.models import ServicePolicy
from exceptions.detection.models import DetectorThreshold, ScanFailure, Watch
from exceptions.escalation.models import Escalation, EscalationPolicy
from exceptions.library.models import CompensationRule, DelayCause, ExceptionType, Party
from exceptions.rulings.models import Ruling, RulingShare
from exceptions.tickets.models import UNRESOLVED, Evidence, News, Ticket, TicketEvent, TicketStatus

__all__ = [
    "UNRESOLVED",
    "AuditFinding",
    "CompensationRule",
    "DelayCause",
    "DetectorThreshold",
    "Escalation",
    "EscalationPolicy",
    "Evidence",
    "ExceptionType",
    "News",
    "Party",
    "Ruling",
    "RulingShare",
    "ScanFailure",
    "ServicePolicy",
    "Ticket",
    "TicketEvent",
    "TicketStatus",
    "Watch",
]
