"""Whether the sessions that live pages come from still hold: asked of the database, many pages at a time.

A thousand pages that reconnect at once cost a few queries, not a thousand.
"""

import asyncio
from collections.abc import Callable, Collection
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async

from core.realtime.tokens import Claim

TOGETHER = 500
GATHER_SECONDS = 0.01

Checker = Callable[[Collection[Claim]], set[Claim]]
_checkers: list[Checker] = []  # the one that the app of people and their sessions brings


def claim_checker(check: Checker) -> Checker:
    """Decorator: the function that says which of many claims are valid now. It is asked in a thread."""
    _checkers[:] = [check]
    return check


class ClaimCheck:
    """Gathers what is asked within ten milliseconds into one query."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Claim, asyncio.Future]] = []
        self._task: asyncio.Task | None = None

    async def holds(self, claim: Claim) -> bool:
        """Raises what the database raises when it is away."""
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append((claim, answer))
        if self._task is None:
            self._task = asyncio.ensure_future(self._ask())
        return await answer

    async def _ask(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(GATHER_SECONDS)
                batch, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
                try:
                    good = await valid_claims({claim for claim, _answer in batch})
                except Exception as error:
                    _settle(batch, lambda answer, _claim, error=error: answer.set_exception(error))
                else:
                    _settle(batch, lambda answer, claim, good=good: answer.set_result(claim in good))
        finally:
            self._task = None


def _settle(batch: list[tuple[Claim, asyncio.Future]], settle) -> None:
    for claim, answer in batch:
        if not answer.done():  # its socket may have gone meanwhile
            settle(answer, claim)


async def valid_claims(claims: Collection[Claim]) -> set[Claim]:
    """Those of these claims whose sessions go on, unchanged in what they may do."""
    [check] = _checkers
    return await database_sync_to_async(check)(claims)


_checks: WeakKeyDictionary[asyncio.AbstractEventLoop, ClaimCheck] = WeakKeyDictionary()


def present_check() -> ClaimCheck:
    """The check of the running event loop."""
    return _checks.setdefault(asyncio.get_running_loop(), ClaimCheck())
