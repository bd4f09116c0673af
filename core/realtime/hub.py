"""One hub a process: who listens to which group, one layer subscription a group, one message a frame.

A channel layer queues and dispatches for each socket (259 ms for 2,000 sockets); the hub subscribes once for
all of them and hands the same message to the server's end of each (`script/bench push`: as fast as a bare loop).
It lives on the event loop of the server.
"""

import asyncio
import json
import logging
import types
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from itertools import count as numbers
from uuid import uuid4
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer

from core.realtime import publish
from core.realtime.attendance import record_attendance
from core.realtime.claims import valid_claims
from core.realtime.gathering import TOGETHER
from core.realtime.tokens import END, Claim

logger = logging.getLogger(__name__)

BACKLOG = 64  # frames that a socket may lag behind before it is dropped; it comes back and catches up
PROBE_SECONDS = 3.0
RECHECK_SECONDS = 60.0
PAGES_A_PERSON = 12  # live sockets in one process: the tabs of a busy desk

# Why the server closes a socket.
STAY_CLOSED = 4403  # the token is bad or too old, or its session is over: the page asks for another one
TOO_SLOW = 4408
TOO_MANY = 4409  # the person has opened newer pages: it comes back when it is looked at
TOO_OFTEN = 4429
TRY_LATER = 4503


def message_of(text: str) -> dict:
    """A frame as the server takes it."""
    return {"type": "websocket.send", "text": text}


RESYNC = message_of('{"t":"resync"}')  # "frames may have been lost: fetch what you show"

_numbers = numbers()
_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, "Hub"] = WeakKeyDictionary()


def present_hub() -> "Hub":
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
        publish.use_loop(loop)
    return _hubs[loop]


@types.coroutine
def _rest(coroutine: Coroutine, awaited):
    """Go on with a coroutine that has begun by hand and waits for `awaited`."""
    while True:
        try:
            try:
                result = yield awaited
            except BaseException as error:
                awaited = coroutine.throw(error)
            else:
                awaited = coroutine.send(result)
        except StopIteration:
            return


class Listener:
    """One socket: sends in order, at once while it can, in a task of its own while it has to wait."""

    def __init__(
        self,
        send: Callable[[dict], Coroutine],
        drop: Callable[[int], Awaitable],
        claim: Claim | None = None,
    ) -> None:
        """`send(message)` sends one frame; `drop(code)` ends the connection. Only while `claim` holds it may stay."""
        self.groups: set[str] = set()
        self.claim, self.number = claim, next(_numbers)
        self.dropped = False
        self._send, self._drop = send, drop
        self._pending: deque[dict] = deque()
        self._task: asyncio.Task | None = None

    def offer(self, message: dict) -> bool:
        """Send a frame, or queue it; False if the socket lags too far behind (it is then dropped)."""
        if self.dropped:
            return False
        if self._task is not None:
            return self._queue(message)
        # A socket that can be written to takes it without waiting: a task for each would double the work.
        # (Python 3.12 has this as eager tasks.)
        try:
            sending = self._send(message)
            awaited = sending.send(None)
        except StopIteration:
            return True
        except Exception as error:  # the peer has gone: its disconnect is on the way
            logger.debug("live socket lost: %r", error)
            return True
        self._pending = deque()
        self._task = asyncio.ensure_future(self._pump(sending, awaited))
        return True

    def _queue(self, message: dict) -> bool:
        if len(self._pending) < BACKLOG:
            self._pending.append(message)
            return True
        self.end(TOO_SLOW)
        return False

    def end(self, code: int) -> None:
        """Close the connection, whatever it still waits for."""
        if self.dropped:
            return
        self.dropped = True
        if self._task is not None:
            self._pending.clear()
            self._task.cancel()
        self._task = asyncio.ensure_future(self._end(code))

    async def _pump(self, sending: Coroutine, awaited) -> None:
        try:
            await _rest(sending, awaited)
            while self._pending:
                await self._send(self._pending.popleft())
        except Exception as error:
            logger.debug("live socket lost: %r", error)
        self._task = None

    async def _end(self, code: int) -> None:
        try:
            await self._drop(code)
        except Exception as error:
            logger.debug("live socket lost: %r", error)

    def close(self) -> None:
        self.dropped = True
        if self._task is not None:
            self._task.cancel()


class Hub:
    def __init__(self) -> None:
        self.members: dict[str, set[Listener]] = {}
        self._subscribed: set[str] = set()
        self._own = f"hub.{uuid4().hex}"
        self._channel = ""
        self._lock = asyncio.Lock()  # subscriptions change one at a time, so that none is lost to a race
        self._tasks: list[asyncio.Task] = []
        self._echoes = 0
        self._cut = False

    async def join(self, listener: Listener, groups: Iterable[str]) -> None:
        """Returns when the frames of all `groups` arrive. Raises what the channel layer raises."""
        listener.groups = set(groups)
        self._make_room(listener)
        for group in listener.groups:
            self.members.setdefault(group, set()).add(listener)
        async with self._lock:
            await self._start()
            for group in listener.groups - self._subscribed:
                await self._layer.group_add(group, self._channel)
                self._subscribed.add(group)

    async def leave(self, listener: Listener) -> None:
        """Forget the socket, and every group that nobody listens to any more."""
        listener.close()
        for group in listener.groups:
            self.members.get(group, set()).discard(listener)
        if all(self.members.get(group) for group in listener.groups):
            return
        async with self._lock:
            for group in listener.groups:
                if group in self.members and not self.members[group]:
                    del self.members[group]
                    if group in self._subscribed:
                        self._subscribed.discard(group)
                        await self._layer.group_discard(group, self._channel)

    def _make_room(self, listener: Listener) -> None:
        """A person has a few pages open at most. The oldest gives way, and waits until it is looked at again."""
        if listener.claim is None:
            return
        own = [one for one in self.members.get(f"user.{listener.claim[0]}", ()) if not one.dropped]
        for one in sorted(own, key=lambda one: one.number)[: max(len(own) - PAGES_A_PERSON + 1, 0)]:
            one.end(TOO_MANY)

    def end_pages(self, group: str, session: str) -> None:
        """Close the sockets of the person whose group it is: of one session, or of all (empty)."""
        for listener in self.members.get(group, ()):
            if listener.claim and session in ("", listener.claim[1]):
                listener.end(STAY_CLOSED)

    async def recheck(self) -> None:
        """Close the sockets whose sessions are over (they are told as it happens; this is for when nobody could be), and say
        whose are open."""
        open_ones = {one for members in self.members.values() for one in members if one.claim}
        claims = list({one.claim for one in open_ones if one.claim})
        for start in range(0, len(claims), TOGETHER):
            asked = set(claims[start : start + TOGETHER])
            good = await valid_claims(asked)
            for one in open_ones:
                if one.claim in asked - good:
                    one.end(STAY_CLOSED)
        listening: dict[int, set[str]] = {}
        for one in open_ones:
            if one.claim and not one.dropped:
                listening.setdefault(one.claim[0], set()).update(one.groups)
        await record_attendance(listening)

    def deliver(self, group: str, text: str) -> None:
        """Give the frame to everyone in the group; a socket that lags too far behind leaves it."""
        if text.startswith(END):
            return self.end_pages(group, json.loads(text)["id"])
        message = message_of(text)
        for listener in [one for one in self.members.get(group, ()) if not one.offer(message)]:
            self.members[group].discard(listener)

    async def resync(self) -> None:
        """Tell every socket of this process to catch up, 500 a second: each answers with a few requests."""
        for count, listener in enumerate({one for members in self.members.values() for one in members}):
            if count % 50 == 49:
                await asyncio.sleep(0.1)
            listener.offer(RESYNC)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    # -- The layer's side ----------------------------------------------------------------------------------

    async def _start(self) -> None:
        if self._tasks:
            return
        self._layer = get_channel_layer()
        self._channel = await self._layer.new_channel()
        await self._layer.group_add(self._own, self._channel)
        loops = (self._listen(), self._watch(), self._recheck_now_and_then())
        self._tasks = [asyncio.ensure_future(loop) for loop in loops]

    async def _listen(self) -> None:
        while True:
            try:
                message = await self._layer.receive(self._channel)
            except Exception:
                logger.exception("the channel layer failed")
                await asyncio.sleep(1)
                continue
            if message["group"] == self._own:
                self._echoes += 1
            else:
                self.deliver(message["group"], message["text"])

    async def _watch(self) -> None:
        """Notice a cut to Redis: frames sent meanwhile are lost for good, so everybody catches up after it."""
        while True:
            before = self._echoes
            try:
                await self._layer.group_send(self._own, publish.message(self._own, ""))
            except Exception as error:
                logger.warning("the channel layer is cut off: %s", error)
            await asyncio.sleep(PROBE_SECONDS)
            if self._echoes == before:
                self._cut = True
            elif self._cut:
                self._cut = False
                await self.resync()

    async def _recheck_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            try:
                await self.recheck()
            except Exception as error:  # the database is away: the next round asks again
                logger.warning("whether sessions go on is not known: %s", error)
