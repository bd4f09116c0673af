"""What an installation still lacks before people can use it: shown to superusers on the admin's first page, and named by
`manage.py check --deploy`. Each app says what it needs, once, by `@requirement`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import clock
from core.backups.manifest import HEARTBEAT
from core.models import Heartbeat

BACKUP_DUE = timedelta(days=2)  # one a night, and one of them may fail


@dataclass(frozen=True)
class Lack:
    """Something that is missing. `url` is the page where it is mended; without one it is mended in the environment."""

    id: str
    words: str | Promise
    hint: str | Promise
    url: str = ""


Requirement = Callable[[], Lack | None]
_requirements: list[Requirement] = []


def requirement(function: Requirement) -> Requirement:
    """Register a function that returns what is lacking, or None."""
    _requirements.append(function)
    return function


def requirements() -> list[Requirement]:
    return list(_requirements)


def lacks() -> list[Lack]:
    """Everything that this installation lacks. The demo lacks nothing: it is no installation."""
    if settings.DEMO:
        return []
    return [lack for function in _requirements if (lack := function())]


@requirement
def backup() -> Lack | None:
    """A backup (script/backup) not older than two days."""
    at = Heartbeat.objects.filter(name=HEARTBEAT).values_list("at", flat=True).first()
    if at and clock.now() - at <= BACKUP_DUE:
        return None
    return Lack(
        "core.W011",
        _("No backup was finished in the last two days.") if at else _("There has never been a backup."),
        _("Let script/backup run every night (docs/operating.md), and keep its result on another machine."),
    )
