"""The live socket of a page: /ws/live/?t=<signed token>. It only rings; what changed is fetched over HTTP."""

import logging
from urllib.parse import parse_qs

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from core.realtime import check_token
from messaging.hub import Listener, message_of, present_hub

logger = logging.getLogger(__name__)

STAY_CLOSED = 4403  # the token is bad or too old: the page polls until it is loaded again
TOO_SLOW = 4408
TRY_LATER = 4503
PONG = message_of('{"t":"pong"}')


class LiveConsumer(AsyncWebsocketConsumer):
    """Needs neither session nor database: a thousand pages that reconnect at once cost a signature check each."""

    listener: Listener | None = None

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
        known = check_token(query.get("t", [""])[0])
        if known is None:
            await self.accept()  # a browser sees the code of an accepted socket only
            await self.close(STAY_CLOSED)
            return
        _, groups = known
        self.listener = Listener(send=self.base_send, drop=lambda: self.close(TOO_SLOW))
        try:
            await present_hub().join(self.listener, groups)
        except Exception as error:
            logger.warning("a live socket was turned away: %r", error)
            await self.accept()
            await self.close(TRY_LATER)
            return
        await self.accept()

    async def receive(self, text_data=None, bytes_data=None):
        # Browsers cannot see protocol pings, so pages send their own. Nothing else is listened to.
        if text_data in ("ping", '{"t":"ping"}') and self.listener is not None:
            self.listener.offer(PONG)

    async def websocket_disconnect(self, message):
        if self.listener is not None:
            await present_hub().leave(self.listener)
        raise StopConsumer
