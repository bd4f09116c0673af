"""Where Django looks for the admin's pages: each package has its own."""

from exceptions.audit import admin as audit_admin
from exceptions.clocks import admin as clocks_admin
from exceptions.detection import admin as detection_admin
from exceptions.escalation import admin as escalation_admin
from exceptions.library import admin as library_admin
from exceptions.rulings import admin as rulings_admin
from exceptions.tickets import admin as tickets_admin

__all__ = [
    "audit_admin",
    "clocks_admin",
    "detection_admin",
    "escalation_admin",
    "library_admin",
    "rulings_admin",
    "tickets_admin",
]
