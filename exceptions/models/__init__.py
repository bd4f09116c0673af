"""The type library, tickets and what was decided about them."""

from exceptions.models.audit import AuditFinding
from exceptions.models.library import ExceptionType
from exceptions.models.rulings import CompensationRule, Ruling
from exceptions.models.scanning import ScanFailure
from exceptions.models.tickets import UNRESOLVED, Evidence, Party, Ticket, TicketEvent, TicketStatus

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
