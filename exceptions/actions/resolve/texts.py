"""No facts: the entry's text is what was done. Where the platform ended the ticket: {why}, a key of log.REASONS."""

from django.utils.translation import gettext_lazy

from exceptions.tickets.log import EntryKind, ended

LABEL = gettext_lazy("Resolve")
ICON = "task_alt"
ENTRIES = {"resolved": EntryKind(ended, ICON, tone="good")}
