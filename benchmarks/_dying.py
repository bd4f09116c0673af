"""A process that dies at a chosen commit, without the process dying."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


class Died(BaseException):
    """What nobody in the code under test may catch: the process is gone."""


@contextmanager
def dying(commits: int, before: bool) -> Iterator[None]:
    """This process dies at its `commits`-th commit, right before it or right after it. The connection dies with it,
    and so does what was to be done after the commit."""
    real, left = connection._commit, [commits]

    def commit():
        left[0] -= 1
        if left[0] or not before:
            real()
        if not left[0]:
            connection.close()
            raise Died

    connection._commit = commit
    try:
        yield
    finally:
        del connection._commit
