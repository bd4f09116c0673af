"""Whose live pages are open, told once a minute to who wants to know: an app above, by a function that is asked in a thread."""

from collections.abc import Callable, Collection, Mapping

from channels.db import database_sync_to_async

Recorder = Callable[[Mapping[int, Collection[str]]], None]  # {person: groups that their pages listen to}
_recorders: list[Recorder] = []


def attendance_recorder(record: Recorder) -> Recorder:
    """Decorator: a function that is told who listens to what in one process."""
    _recorders.append(record)
    return record


async def record_attendance(listening: Mapping[int, Collection[str]]) -> None:
    """Tell them. Raises what the database raises when it is away."""
    for record in _recorders if listening else ():
        await database_sync_to_async(record)(listening)
