"""Many questions of one kind, asked at about the same moment, as one: a thousand pages that reconnect at once cost a few
queries, not a thousand."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

TOGETHER = 500
GATHER_SECONDS = 0.01

Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")


class Gathered(Generic[Key, Answer]):
    """What is asked within ten milliseconds on one event loop goes to `answer_all` in batches."""

    def __init__(self, answer_all: Callable[[Collection[Key]], Awaitable[Mapping[Key, Answer]]]) -> None:
        self._answer_all = answer_all
        self._batches: WeakKeyDictionary[asyncio.AbstractEventLoop, _Batch[Key, Answer]] = WeakKeyDictionary()

    async def ask(self, key: Key) -> Answer:
        """The answer to this one. Raises what `answer_all` raises."""
        batch = self._batches.setdefault(asyncio.get_running_loop(), _Batch(self._answer_all))
        return await batch.ask(key)


class _Batch(Generic[Key, Answer]):
    def __init__(self, answer_all: Callable[[Collection[Key]], Awaitable[Mapping[Key, Answer]]]) -> None:
        self._answer_all = answer_all
        self._waiting: list[tuple[Key, asyncio.Future[Answer]]] = []
        self._task: asyncio.Task | None = None

    async def ask(self, key: Key) -> Answer:
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append((key, answer))
        if self._task is None:
            self._task = asyncio.ensure_future(self._run())
        return await answer

    async def _run(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(GATHER_SECONDS)
                some, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
                await self._settle(some)
        finally:
            self._task = None

    async def _settle(self, some: list[tuple[Key, asyncio.Future[Answer]]]) -> None:
        try:
            found = await self._answer_all({key for key, _future in some})
        except Exception as error:
            for _key, future in some:
                if not future.done():  # its socket may have gone meanwhile
                    future.set_exception(error)
            return
        for key, future in some:
            if not future.done():
                future.set_result(found[key])
