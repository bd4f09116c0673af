"""Many sockets that note when a frame came, in one small process: an event loop a socket would measure itself.

python -m benchmarks.push_clients PORT PATH COUNT. Says "ready"; then for each line WORD on its input it says "armed",
waits for a text frame with WORD on every socket, and says {"at": [time.monotonic() of each], "cpu": seconds spent}.
"""

import base64
import json
import os
import secrets
import select
import socket
import sys
import time

PATIENCE = 10.0  # seconds for a frame to arrive everywhere


def opened(port: int, path: str) -> socket.socket:
    one = socket.create_connection(("127.0.0.1", port), 20)
    key = base64.b64encode(secrets.token_bytes(16)).decode()
    one.sendall(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nConnection: Upgrade\r\n"
        f"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
    )
    return one


def accepted(one: socket.socket) -> socket.socket:
    head = b""
    while b"\r\n\r\n" not in head:
        head += one.recv(4096)
    if b" 101 " not in head.split(b"\r\n")[0]:
        sys.exit(f"turned away: {head[:200]!r}")
    one.setblocking(False)
    return one


def texts(one: socket.socket, data: bytes):
    """The text frames in what a socket has read (frames of ours are short and come whole); pings are answered."""
    while len(data) >= 2:
        length, start = data[1], 2
        if length == 126:
            length, start = int.from_bytes(data[2:4], "big"), 4
        kind, payload, data = data[0] & 15, data[start : start + length], data[start + length :]
        if kind == 9:
            one.send(bytes([0x8A, 0x80 | len(payload), 0, 0, 0, 0]) + payload)
        elif kind == 1:
            yield payload


def main(port: int, path: str, count: int) -> None:
    sockets = {}
    while len(sockets) < count:  # not all handshakes at once: that is another measurement
        batch = [opened(port, path) for _ in range(min(25, count - len(sockets)))]
        sockets |= {accepted(one).fileno(): one for one in batch}
    poll = select.epoll()
    for number in sockets:
        poll.register(number, select.EPOLLIN)
    poll.register(0, select.EPOLLIN)
    word, arrivals, since, spent = b"", [], 0.0, 0.0
    print("ready", flush=True)
    while True:
        for number, _event in poll.poll(0.5):
            if number == 0:
                line = os.read(0, 200)
                if not line:
                    return
                word, arrivals, since, spent = line.strip(), [], time.monotonic(), time.process_time()
                print("armed", flush=True)
                continue
            one = sockets[number]
            data = one.recv(65536)
            now = time.monotonic()
            if not data:
                sys.exit("the server has closed a socket")
            arrivals += [now for text in texts(one, data) if word and word in text]
        if word and (len(arrivals) >= count or time.monotonic() - since > PATIENCE):
            print(json.dumps({"at": arrivals, "cpu": time.process_time() - spent}), flush=True)
            word = b""


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
