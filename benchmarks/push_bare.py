"""What pushing costs at least: uvicorn and Redis alone. `benchmarks.push` compares the product with it.

uvicorn benchmarks.push_bare:application, with REDIS_URL: whatever is published on `CHANNEL` goes to every socket.
"""

import asyncio
import os

import redis.asyncio

CHANNEL = "bench-push"
_sockets: set = set()
_reader: asyncio.Task | None = None


async def _read(ready: asyncio.Event) -> None:
    async with redis.asyncio.from_url(os.environ["REDIS_URL"]).pubsub() as subscription:
        await subscription.subscribe(CHANNEL)
        ready.set()
        async for message in subscription.listen():
            if message["type"] == "message":
                text = message["data"].decode()
                for send in list(_sockets):
                    await send({"type": "websocket.send", "text": text})


async def application(scope, receive, send) -> None:
    global _reader
    if scope["type"] != "websocket":
        raise RuntimeError("only websockets")
    if _reader is None:
        ready = asyncio.Event()
        _reader = asyncio.ensure_future(_read(ready))
        await ready.wait()
    await receive()
    await send({"type": "websocket.accept"})
    _sockets.add(send)
    while (await receive())["type"] != "websocket.disconnect":
        pass
    _sockets.discard(send)
