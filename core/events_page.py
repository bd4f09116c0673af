"""The page docs/events.md: what the registry of events holds, for readers."""

import inspect
import re
from dataclasses import MISSING, fields
from itertools import groupby

from core import events

INTRO = """# Events

Written by `manage.py show_events --write`; `manage.py show_events --check` and a test compare it with the code.
An event is written in the transaction of the change that it tells of, and delivered after the commit
([why](adr/0001-outbox.md)). It belongs to the app that emits it; apps of the same layer and above subscribe.
"""


def render() -> str:
    """The page: a table for each app, with the fields of its events and who subscribes to them."""
    parts = [INTRO]
    for label, group in groupby(events.declared(), key=lambda pair: pair[0].label):
        rows = [_row(event) for _app, event in group]
        parts.append(f"\n## {label}\n\n| event | happens | fields | subscribers |\n|---|---|---|---|\n")
        parts.append("\n".join(rows) + "\n")
    return "".join(parts)


def _row(event: type[events.Event]) -> str:
    told = (_subscriber(name, handler) for name, handler in sorted(events.subscribers_of(event).items()))
    cells = (
        f"`{event.name}`<br>{event.__name__}",
        first_sentence(event),
        "<br>".join(_field(field) for field in fields(event)),  # type: ignore[arg-type]
        "<br>".join(told),
    )
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _field(field) -> str:
    default = "" if field.default is MISSING else f" = {field.default!r}"
    return f"{field.name}: {events.type_name(field.type)}{default}"


def _subscriber(name: str, handler) -> str:
    text = first_sentence(handler)
    return f"`{name}`" + (f": {text}" if text else "")


def first_sentence(thing: object) -> str:
    """The first sentence of a docstring, on one line; empty without one."""
    paragraph = " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())
    return re.split(r"(?<=[.?!]) ", paragraph)[0]
