#!/bin/sh
# channels_redis 4.3.0 with asgiref 3.13.0: `async_to_sync(layer.group_send)`, as views and tasks send, opens a new connection to Redis for every
# single message with the pub/sub layer: a layer has its connections per event loop, and async_to_sync makes a loop for each
# call outside of one. In one loop a hundred messages share a connection.
# Needs python3 with venv, and redis-server.
set -eu
folder=$(mktemp -d)
redis=
trap '[ -z "$redis" ] || kill "$redis"; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check channels_redis==4.3.0 asgiref==3.13.0 redis==8.1.0
redis-server --port 0 --unixsocket "$folder/redis.sock" --save "" --dir "$folder" >/dev/null &
redis=$!
cat >"$folder/count.py" <<'PYTHON'
import asyncio
import sys
import time

import redis
from asgiref.sync import async_to_sync
from channels_redis.pubsub import RedisPubSubChannelLayer

address = f"unix://{sys.argv[1]}"
admin = redis.Redis.from_url(address)
for _ in range(100):
    try:
        admin.ping()
        break
    except redis.ConnectionError:
        time.sleep(0.1)


def opened():
    return admin.info("stats")["total_connections_received"]


layer = RedisPubSubChannelLayer(hosts=[address])
before = opened()
for number in range(100):
    async_to_sync(layer.group_send)("pages", {"number": number})
by_calls = opened() - before


async def in_one_loop():
    for number in range(100):
        await layer.group_send("pages", {"number": number})


before = opened()
asyncio.run(in_one_loop())
print(f"connections for 100 messages: {by_calls} by async_to_sync, {opened() - before} in one loop")
PYTHON
said=$("$folder/venv/bin/python" "$folder/count.py" "$folder/redis.sock" 2>"$folder/errors") || { cat "$folder/errors"; exit 1; }
echo "$said"
[ "$said" = "connections for 100 messages: 100 by async_to_sync, 1 in one loop" ] || { echo "CHANGED"; exit 1; }
