"""The live socket of a page: /ws/live/?t=<signed token>. What changed is fetched over HTTP."""

import asyncio
import logging
from urllib.parse import parse_qs

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from core.realtime.claims import claim_holds
from core.realtime.hub import RESYNC, STAY_CLOSED, TOO_OFTEN, TRY_LATER, Listener, message_of, present_hub
from core.realtime.missed import missed_something
from core.realtime.tokens import check_token

logger = logging.getLogger(__name__)

FRAMES_A_SECOND = 10  # a page sends a ping every 25 seconds
PONG = message_of('{"t":"pong"}')


class LiveConsumer(AsyncWebsocketConsumer):
    """A thousand pages that reconnect at once cost a signature check each, and a few queries for all of them."""

    listener: Listener | None = None
    _second, _frames = 0, 0  # of the present second: how many frames came

    async def __call__(self, scope, receive, send):
        # The base class would also listen to a channel layer, in tasks of its own for each socket: 40 KB each. Here the
        # hub subscribes for all of them.
        self.scope, self.base_send = scope, send
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            pass

    async def dispatch(self, message):
        # The base class first looks after database connections in a thread; there are none here.
        await getattr(self, get_handler_name(message))(message)

    async def connect(self):
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        token = check_token(query.get("t", [""])[0])
        try:
            if token is None or not (token.claim is None or await claim_holds(token.claim)):
                await self.turn_away(STAY_CLOSED)
                return
            self.listener = Listener(send=self.base_send, drop=self.close, claim=token.claim)
            await present_hub().join(self.listener, token.groups)
            missed = await missed_something(token.groups, token.made_at)
        except Exception as error:
            logger.warning("a live socket was turned away: %r", error)
            await self.turn_away(TRY_LATER)
            return
        await self.accept()
        if missed:
            self.listener.offer(RESYNC)

    async def turn_away(self, code: int) -> None:
        await self.accept()  # a browser sees the code of an accepted socket only
        await self.close(code)

    async def receive(self, text_data=None, bytes_data=None):
        second = int(asyncio.get_running_loop().time())
        self._second, self._frames = second, self._frames + 1 if second == self._second else 1
        if self._frames > FRAMES_A_SECOND:
            if self.listener is not None and not self.listener.dropped:
                self.listener.end(TOO_OFTEN)
            return
        # Browsers cannot see protocol pings, so pages send their own. Nothing else is listened to.
        if text_data in ("ping", '{"t":"ping"}') and self.listener is not None:
            self.listener.offer(PONG)

    async def websocket_disconnect(self, message):
        if self.listener is not None:
            await present_hub().leave(self.listener)
        raise StopConsumer
