"""Many people who press at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from core.errors import DomainError

# A test's database has a hundred connections: of a larger crowd each hand presses for several people in turn.
HANDS = 50


def together(*calls: Callable) -> list:
    """Every call at the same moment, each hand on a connection of its own; what each returned, or its refusal."""
    hands = min(len(calls), HANDS)
    start = Barrier(hands)
    results: list = [None] * len(calls)

    def press(first: int) -> None:
        try:
            connection.ensure_connection()
            start.wait(60)
            for number in range(first, len(calls), hands):
                try:
                    results[number] = calls[number]()
                except DomainError as error:
                    results[number] = error
        finally:
            connection.close()

    with ThreadPoolExecutor(hands) as pool:
        list(pool.map(press, range(hands)))  # what is no refusal is raised here
    return results


def won(results: list) -> list:
    """What was not refused."""
    return [result for result in results if not isinstance(result, DomainError)]


def refusals(results: list) -> set[type]:
    return {type(result) for result in results if isinstance(result, DomainError)}
