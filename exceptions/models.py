"""The type library, tickets and what was decided about them."""

from exceptions.audit.models import AuditFinding
from exceptions.detection.models import ScanFailure
from exceptions.library.models import ExceptionType
from exceptions.rulings.models import CompensationRule, Ruling
from exceptions.tickets.models import UNRESOLVED, Evidence, Party, Ticket, TicketEvent, TicketStatus

__all__ = [
    "UNRESOLVED",
    "AuditFinding",
    "CompensationRule",
    "Evidence",
    "ExceptionType",
    "Party",
    "Ruling",
    "ScanFailure",
    "Ticket",
    "TicketEvent",
    "TicketStatus",
]
