"""The live socket: who may listen, what arrives, and that neither a slow phone nor a lost Redis hurts the others."""

import asyncio
import json

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.conf import settings as django_settings

from core import realtime
from core.realtime import broadcast, live_token, missed, tokens
from core.realtime import hub as hub_module
from core.realtime.hub import BACKLOG, RESYNC, STAY_CLOSED, TOO_SLOW, TRY_LATER, Listener, present_hub
from core.realtime.routing import websocket_urlpatterns

LIN, ZHAO = 11, 12
ORIGIN = [(b"origin", b"https://errand.example.org")]
MEMORY = {
    "default": {
        "BACKEND": "channels.layers.InMemoryChannelLayer",
        "CONFIG": {"capacity": 10_000, "expiry": 10**9, "group_expiry": 10**9},
    }
}


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
async def layer(request, settings):
    """Each test on both layers, with a hub of its own (as each test has an event loop of its own)."""
    missed._noted.clear()
    if request.param == "memory":
        settings.CHANNEL_LAYERS = MEMORY
    else:
        config = {"hosts": [django_settings.REDIS_URL], "prefix": f"test-{id(request)}"}
        settings.CHANNEL_LAYERS = {
            "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": config}
        }
    yield get_channel_layer()
    await present_hub().stop()
    await get_channel_layer().flush()


class Page(ApplicationCommunicator):
    """A browser's end of the socket. (channels.testing would drag in a whole second server.)"""

    def __init__(self, app, token: str, origin):
        scope = {"type": "websocket", "path": "/ws/live/", "query_string": f"t={token}".encode()}
        super().__init__(app, {**scope, "headers": origin, "subprotocols": []})

    async def connect(self) -> bool:
        await self.send_input({"type": "websocket.connect"})
        return (await self.receive_output(timeout=5))["type"] == "websocket.accept"

    async def send(self, text: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": text})

    async def frame(self) -> dict:
        return json.loads((await self.receive_output(timeout=5))["text"])

    async def disconnect(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1001})
        await self.wait(timeout=5)


def socket(token: str) -> Page:
    return Page(URLRouter(websocket_urlpatterns), token, ORIGIN)


async def listen(user: int, *groups: str) -> Page:
    page = socket(live_token(user, groups))
    assert await page.connect()
    return page


async def ring_from_a_thread(*args, **data) -> None:
    """As views and tasks do: never on the event loop."""
    await asyncio.to_thread(broadcast, *args, **data)


async def test_a_frame_reaches_everyone_in_the_group_and_nobody_else(layer):
    lin, zhao = await listen(LIN, "order.A"), await listen(ZHAO, "order.A", "order.B")
    await ring_from_a_thread("order.A", "order", id="A", v=2)
    await ring_from_a_thread("order.B", "order", id="B", v=7)
    assert await lin.frame() == {"t": "order", "id": "A", "v": 2}
    assert await zhao.frame() == {"t": "order", "id": "A", "v": 2}
    assert await zhao.frame() == {"t": "order", "id": "B", "v": 7}
    await ring_from_a_thread("user.11", "notice", id=1)
    assert (await lin.frame())["t"] == "notice"  # nothing of order B came before it
    await lin.disconnect()
    await zhao.disconnect()


async def test_frames_keep_their_order(layer):
    lin = await listen(LIN, "order.A")
    for version in range(20):
        await ring_from_a_thread("order.A", "order", id="A", v=version)
    assert [(await lin.frame())["v"] for _ in range(20)] == list(range(20))
    await lin.disconnect()


async def test_a_group_that_nobody_listens_to_is_left(layer):
    lin, zhao = await listen(LIN, "order.A"), await listen(ZHAO, "order.A")
    hub = present_hub()
    await lin.disconnect()
    assert set(hub.members) == {"order.A", "user.12"}
    await zhao.disconnect()
    assert hub.members == {}
    assert hub._subscribed == set()
    back = await listen(LIN, "order.A")
    await ring_from_a_thread("order.A", "order", id="A", v=3)
    assert (await back.frame())["v"] == 3
    await back.disconnect()


@pytest.mark.parametrize("ping", ["ping", '{"t":"ping"}'])
async def test_a_page_can_ask_whether_the_socket_lives(layer, ping):
    lin = await listen(LIN)
    await lin.send("anything else is not answered")
    await lin.send(ping)
    assert await lin.frame() == {"t": "pong"}
    await lin.disconnect()


@pytest.fixture
def in_memory(settings):
    missed._noted.clear()
    settings.CHANNEL_LAYERS = MEMORY


def other_key(token: str) -> str:
    data, _, signature = token.rpartition(":")
    return f"{data}:{signature[::-1]}"


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(lambda: "", id="none"),
        pytest.param(lambda: "nonsense", id="nonsense"),
        pytest.param(lambda: other_key(live_token(LIN, ["console.1"])), id="forged"),
    ],
)
async def test_a_bad_token_is_told_to_stay_closed(in_memory, token):
    page = socket(token())
    await page.connect()
    assert (await page.receive_output(timeout=5)) == {"type": "websocket.close", "code": STAY_CLOSED}
    assert present_hub().members == {}


async def test_yesterdays_token_is_told_to_stay_closed(in_memory, monkeypatch):
    token = live_token(LIN, ["order.A"])
    monkeypatch.setattr(tokens, "TOKEN_SECONDS", -1)
    page = socket(token)
    await page.connect()
    assert (await page.receive_output(timeout=5))["code"] == STAY_CLOSED


async def test_a_page_of_another_site_may_not_connect(in_memory, settings):
    settings.ALLOWED_HOSTS = ["errand.example.org"]
    guarded = AllowedHostsOriginValidator(URLRouter(websocket_urlpatterns))
    for origin, welcome in ((ORIGIN, True), ([(b"origin", b"https://evil.example")], False), ([], False)):
        page = Page(guarded, live_token(LIN), origin)
        assert await page.connect() is welcome
        await page.disconnect()
    await present_hub().stop()


def test_a_token_names_the_persons_own_group_and_those_of_the_page():
    token = realtime.check_token(live_token(LIN, ["order.A", "order.A"]))
    assert (token.user_id, token.groups) == (LIN, ["order.A", "user.11"])


# -- The hub alone -----------------------------------------------------------------------------------------


class Phone:
    """A listener whose network stands still until `flowing` is set."""

    def __init__(self, flowing: bool):
        self.flowing, self.got, self.ended = asyncio.Event(), [], asyncio.Event()
        if flowing:
            self.flowing.set()
        self.listener = Listener(send=self.send, drop=self.drop)

    async def send(self, message):
        await self.flowing.wait()
        self.got.append(message["text"])

    async def drop(self, code):
        self.ended.set()


async def test_a_slow_phone_is_dropped_and_holds_up_nobody(in_memory):
    hub = present_hub()
    slow, quick = Phone(flowing=False), Phone(flowing=True)
    for phone in (slow, quick):
        await hub.join(phone.listener, ["order.A"])
    for number in range(BACKLOG + 2):
        hub.deliver("order.A", str(number))
        await asyncio.sleep(0)  # let the quick one send
    assert hub.members["order.A"] == {quick.listener}
    await asyncio.wait_for(slow.ended.wait(), 5)
    while len(quick.got) < BACKLOG + 2:
        await asyncio.sleep(0)
    assert quick.got == [str(number) for number in range(BACKLOG + 2)]
    assert slow.got == []
    await hub.leave(slow.listener)
    assert hub.members["order.A"] == {quick.listener}
    await hub.stop()


async def test_a_phone_that_stalls_for_a_while_gets_everything_in_order(in_memory):
    hub, phone = present_hub(), Phone(flowing=False)
    await hub.join(phone.listener, ["order.A"])
    for number in range(BACKLOG):
        hub.deliver("order.A", str(number))
    assert phone.got == []
    phone.flowing.set()
    while len(phone.got) < BACKLOG:
        await asyncio.sleep(0)
    hub.deliver("order.A", "and then")
    assert phone.got == [*(str(number) for number in range(BACKLOG)), "and then"]
    await hub.leave(phone.listener)
    await hub.stop()


async def test_leaving_ends_what_was_being_sent(in_memory):
    hub, phone = present_hub(), Phone(flowing=False)
    await hub.join(phone.listener, ["order.A"])
    hub.deliver("order.A", "1")
    await asyncio.sleep(0)
    await hub.leave(phone.listener)
    await asyncio.sleep(0)
    phone.flowing.set()
    assert phone.listener._task.cancelled()
    assert phone.got == []
    await hub.stop()


async def test_a_phone_that_vanishes_while_it_is_sent_to_harms_nobody(in_memory):
    hub = present_hub()
    quick, gone = Phone(flowing=True), Phone(flowing=True)
    gone.listener._send = gone.send_fails = lambda text: asyncio.sleep(0, result=1 / 0)
    for phone in (gone, quick):
        await hub.join(phone.listener, ["order.A"])
    hub.deliver("order.A", "1")
    while not quick.got:
        await asyncio.sleep(0)
    await hub.leave(gone.listener)
    assert hub.members["order.A"] == {quick.listener}
    await hub.stop()


async def test_a_socket_that_lags_is_closed_with_a_code_of_its_own(in_memory):
    lin = await listen(LIN, "order.A")
    listener = next(iter(present_hub().members["order.A"]))
    listener._send = lambda text: asyncio.Event().wait()  # its network takes nothing any more
    for number in range(BACKLOG + 2):
        present_hub().deliver("order.A", str(number))
    assert await lin.receive_output(timeout=5) == {"type": "websocket.close", "code": TOO_SLOW}
    assert present_hub().members["order.A"] == set()
    await lin.disconnect()
    assert present_hub().members == {}
    await present_hub().stop()


class CutLayer:
    """A channel layer that can be cut off from its server and loses what is sent meanwhile."""

    def __init__(self):
        self.cut = False
        self.queue = asyncio.Queue()

    async def new_channel(self):
        return "one"

    async def group_add(self, group, channel):
        if self.cut:
            raise ConnectionError("no Redis")

    async def group_discard(self, group, channel):
        pass

    async def group_send(self, group, message):
        if not self.cut:
            self.queue.put_nowait(message)

    async def receive(self, channel):
        return await self.queue.get()


@pytest.fixture
async def cut_layer(monkeypatch):
    layer = CutLayer()
    monkeypatch.setattr(hub_module, "get_channel_layer", lambda: layer)
    monkeypatch.setattr(hub_module, "PROBE_SECONDS", 0.01)
    yield layer
    await present_hub().stop()


async def test_after_a_cut_to_redis_everyone_is_told_to_catch_up(cut_layer):
    hub, phone = present_hub(), Phone(flowing=True)
    await hub.join(phone.listener, ["order.A"])
    cut_layer.cut = True
    while not hub._cut:
        await asyncio.sleep(0.01)
    assert phone.got == []
    cut_layer.cut = False
    while not phone.got:
        await asyncio.sleep(0.01)
    assert phone.got == [RESYNC["text"]]
    assert not hub._cut


async def test_a_socket_that_cannot_be_subscribed_is_told_to_come_later(cut_layer):
    cut_layer.cut = True
    page = socket(live_token(LIN, ["order.A"]))
    await page.connect()
    assert (await page.receive_output(timeout=5))["code"] == TRY_LATER
    await page.disconnect()
    assert present_hub().members == {}
