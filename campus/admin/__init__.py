"""The campus in the admin: its editor, the checklist before it opens, and maps that are imported."""

from campus.admin import calendar, editing, imports

__all__ = ["calendar", "editing", "imports"]
