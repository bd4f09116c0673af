"""The campus in the admin: its editor, the checklist before it opens, and maps that are imported."""

from campus.admin import editing, imports

__all__ = ["editing", "imports"]
