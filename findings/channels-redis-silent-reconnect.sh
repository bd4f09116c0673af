#!/bin/sh
# channels_redis 4.3.0: its README offers `on_disconnect` and `on_reconnect` for the pub/sub layer, messages that consumers get when Redis was
# away. The layer keeps both and sends neither: when its connection is cut it subscribes again by itself, what was published
# meanwhile is lost, and no consumer learns that there was a gap. Who must not miss anything has to notice the cut
# otherwise (a message to itself every few seconds, say) and fetch everything anew after it.
# Needs python3 with venv, and redis-server.
set -eu
folder=$(mktemp -d)
redis=
trap '[ -z "$redis" ] || kill "$redis"; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check channels_redis==4.3.0 redis==8.1.0
redis-server --port 0 --unixsocket "$folder/redis.sock" --save "" --dir "$folder" >/dev/null &
redis=$!
cat >"$folder/cut.py" <<'PYTHON'
import asyncio
import sys
import time

import redis
from channels_redis.pubsub import RedisPubSubChannelLayer

address = f"unix://{sys.argv[1]}"


async def main():
    admin = redis.Redis.from_url(address)
    for _ in range(100):
        try:
            admin.ping()
            break
        except redis.ConnectionError:
            time.sleep(0.1)
    layer = RedisPubSubChannelLayer(
        hosts=[address], on_disconnect="redis.disconnect", on_reconnect="redis.reconnect"
    )
    channel = await layer.new_channel()
    await layer.group_add("pages", channel)
    got = []

    async def listen():
        while True:
            got.append((await layer.receive(channel))["type"])

    listener = asyncio.ensure_future(listen())
    await layer.group_send("pages", {"type": "message.1"})
    await asyncio.sleep(1)
    cut = admin.client_kill_filter(_type="pubsub")
    # Nothing of the layer runs between these two lines: it cannot be back yet.
    heard = admin.publish("asgi__group__pages", layer.serialize({"type": "message.2"}))
    await asyncio.sleep(3)
    await layer.group_send("pages", {"type": "message.3"})
    await asyncio.sleep(1)
    listener.cancel()
    print(f"connections cut: {cut}, receivers of 2: {heard}, received:", *got)


asyncio.run(main())
PYTHON
said=$("$folder/venv/bin/python" "$folder/cut.py" "$folder/redis.sock" 2>"$folder/errors") || { cat "$folder/errors"; exit 1; }
echo "$said"
[ "$said" = "connections cut: 1, receivers of 2: 0, received: message.1 message.3" ] || { echo "CHANGED"; exit 1; }
