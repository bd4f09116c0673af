"""Backups of a whole installation: what Django has to do for `script/backup` and `script/restore`.

The scripts call PostgreSQL's own tools for the database and the commands `backup` and `restore` for the rest: the
manifest (manifest.py), the photos (media.py), and what is looked at before and after a restore (restoring.py).

Other apps say by `@examines("ledger")` what a backup must also record and a restore must find again.
"""

from collections.abc import Callable

Examination = Callable[[], list[str]]
examinations: dict[str, Examination] = {}


def examines(name: str) -> Callable[[Examination], Examination]:
    """Register a function that reads the database and returns what is wrong, one sentence each."""

    def register(function: Examination) -> Examination:
        examinations[name] = function
        return function

    return register


def examine() -> dict[str, list[str]]:
    """What each registered examination complains of; an empty list is good."""
    return {name: function() for name, function in sorted(examinations.items())}
