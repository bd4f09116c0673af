"""The auditor: looks every hour whether what must always hold does, tells supervisors once of what does not, and an
outside monitor that all is well."""

from exceptions.audit.checks import broken
from exceptions.audit.running import last_run, ping, run

__all__ = ["broken", "last_run", "ping", "run"]
