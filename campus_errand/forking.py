"""What a parent loads before it forks: its children share those pages instead of each filling its own with the same."""

import gc

from django.conf import settings
from django.db import connections
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation


def load_for_children() -> None:
    """Load all that a page or a task loads the first time: URLs with their views, texts, templates, the ways' arrays.

    Call it when the apps are ready and before any thread or connection of this process is begun.
    """
    from campus import path_graph  # noqa: F401

    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            get_resolver()._populate()
            translation.gettext("")
    for folder in settings.TEMPLATES[0]["DIRS"]:
        for path in sorted(folder.rglob("*.html")):
            get_template(str(path.relative_to(folder)))
    connections.close_all()
    # The collector writes into every object that it looks through, and what is written to is no longer shared.
    gc.collect()
    gc.freeze()
