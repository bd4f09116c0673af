"""One event to everybody on a campus: when has it arrived on every open page, and what does an open page cost?

script/bench push [--sockets N] [--embedded-sockets N] [--rounds N]

Server mode (uvicorn and Redis, with the product's own consumer and hub) beside the least that there can be (uvicorn and
Redis alone, benchmarks/push_bare.py): both are up at once and take turns, so that whatever else the machine does strikes
both. Then the embedded mode, where the event comes from another thread of the same process. The time runs from the
moment before the event is sent to its arrival; each figure is the median over the rounds. `ratio` compares the p99.
"""

import argparse
import contextlib
import json
import os
import resource
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from cryptography.fernet import Fernet

from benchmarks import push_bare
from benchmarks._processes import ROOT, free_port, running, wait_for

BIN = Path(sys.executable).parent
CLIENTS = 4
GROUP = "console.1"
UVICORN = (
    "--lifespan off --log-level warning --no-access-log --ws-per-message-deflate false --ws-max-size 16384"
    " --backlog 4096"
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sockets", type=int, default=5000)
    options.add_argument("--embedded-sockets", type=int, default=500)
    options.add_argument("--rounds", type=int, default=25)
    options.add_argument("--embedded", nargs=1, help="(a server that sends what it reads)")
    args = options.parse_args()
    if args.embedded:
        return embedded_server(args.embedded[0])
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    os.environ |= {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "ALLOWED_HOSTS": "127.0.0.1",
        "INSECURE_HTTP": "1",
        "SANDBOX": "1",
        "DEMO": "",
        "REDIS_URL": os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/14",
        "DATABASE_URL": os.environ.get("DATABASE_URL")
        or "postgres://nobody@127.0.0.1/none",  # asked for nothing
        "DJANGO_SETTINGS_MODULE": "campus_errand.settings.prod",
    }
    import django

    django.setup()
    figures = server_mode(args.sockets, args.rounds)
    with tempfile.TemporaryDirectory(prefix="bench-push-") as folder:
        figures |= embedded_mode(args.embedded_sockets, args.rounds, folder)
    print()
    for name, value in figures.items():
        print(f"{name}={value}")


def server_mode(sockets: int, rounds: int) -> dict:
    from core.realtime import broadcast_now
    from core.redis_pool import redis_client

    ports = {"campus_errand.asgi": free_port(), "benchmarks.push_bare": free_port()}
    commands = [
        [*f"{BIN}/uvicorn {app}:application --port {port} {UVICORN}".split()] for app, port in ports.items()
    ]
    with running(commands, dict(os.environ)) as processes, contextlib.ExitStack() as stack:
        for process in processes:
            apart(process.pid, 0)
        with_memory = []
        for (app, port), process in zip(ports.items(), processes, strict=True):
            wait_for(port)
            path = live_path() if app == "campus_errand.asgi" else "/"
            with_memory.append(stack.enter_context(pages(port, path, sockets, process.pid)))
        (product, product_kb), (bare, bare_kb) = with_memory

        def by_product(word: str) -> None:
            broadcast_now(GROUP, "order", id=word, v=17)

        def by_redis(word: str) -> None:
            redis_client().publish(push_bare.CHANNEL, json.dumps({"t": "order", "id": word, "v": 17}))

        ours, least = [], []
        for number in range(rounds + 3):
            measured = [product(f"a{number:04d}", by_product), bare(f"b{number:04d}", by_redis)]
            if number >= 3:  # the first ones warm everything up
                ours.append(measured[0])
                least.append(measured[1])
    figures = table("server mode", sockets, ours, product_kb)
    bare_figures = table("bare loop", sockets, least, bare_kb)
    # Round by round, because both have lived through the same minute.
    ratio = statistics.median(a["p99"] / b["p99"] for a, b in zip(ours, least, strict=True))
    print(f"  ratio {ratio:.2f}   goal ≤ 1.5")
    bare_only = {f"bare_{name}": value for name, value in bare_figures.items() if name != "sockets"}
    return figures | {"fanout_ratio": round(ratio, 2)} | bare_only


def embedded_mode(sockets: int, rounds: int, folder: str) -> dict:
    port = free_port()
    env = {
        **os.environ,
        "VAR_DIR": folder,
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "DJANGO_SETTINGS_MODULE": "campus_errand.settings.dev",
    }
    command = [sys.executable, "-m", "benchmarks.push", "--embedded", str(port)]
    with running([command], env, stdin=subprocess.PIPE, text=True) as (process,):
        apart(process.pid, 0)
        wait_for(port)

        def by_thread(word: str) -> None:
            print(word, file=process.stdin, flush=True)

        with pages(port, live_path(), sockets, process.pid) as (measure, kb):
            measured = [measure(f"c{number:04d}", by_thread) for number in range(rounds + 3)][3:]
    return {f"embedded_{k}": v for k, v in table("embedded mode", sockets, measured, kb).items()}


def embedded_server(port: str) -> None:
    """The product in one process, as `script/demo` runs it; each line on the input is an event from a thread of it."""
    from campus_errand import embedded
    from core.realtime import broadcast_now

    def read() -> None:
        for line in sys.stdin:
            broadcast_now(GROUP, "order", id=line.strip(), v=17)

    threading.Thread(target=read, daemon=True).start()
    sys.argv[1:] = ["--port", port]
    embedded.main()


def live_path() -> str:
    from core.realtime import live_token

    return f"/ws/live/?t={live_token(1, [GROUP])}"


# -- The pages ---------------------------------------------------------------------------------------------


@contextlib.contextmanager
def pages(port: int, path: str, count: int, pid: int) -> Iterator[tuple[Callable, float]]:
    """Open `count` pages in some processes. Yields measure(word, send) → a round's figures, and KB a page in the server."""
    before = resident_kb(pid)
    share = [count // CLIENTS + (number < count % CLIENTS) for number in range(CLIENTS)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    clients = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.push_clients", str(port), path, str(number)], cwd=ROOT, **pipes
        )
        for number in share
    ]
    try:
        for client in clients:
            apart(client.pid, 1)
        for client in clients:
            heard(client, "ready")
        time.sleep(1)

        def measure(word: str, send: Callable[[str], None]) -> dict:
            for client in clients:
                print(word, file=client.stdin)
            for client in clients:
                heard(client, "armed")
            began, spent = time.monotonic(), cpu_seconds(pid)
            send(word)
            answers = [json.loads(client.stdout.readline()) for client in clients]
            times = sorted(1000 * (at - began) for answer in answers for at in answer["at"])
            if len(times) != count:
                sys.exit(f"{count - len(times)} of {count} frames never came.")
            time.sleep(0.1)
            return {
                "p50": times[count // 2],
                "p99": times[int(count * 0.99)],
                "last": times[-1],
                "server_cpu": 1000 * (cpu_seconds(pid) - spent),
                "client_cpu": 1000 * sum(answer["cpu"] for answer in answers),
            }

        yield measure, (resident_kb(pid) - before) / count
    finally:
        for client in clients:
            client.stdin.close()
        for client in clients:
            client.wait(10)


def heard(client: subprocess.Popen, word: str) -> None:
    if client.stdout.readline().strip() != word:
        sys.exit("The pages could not be opened. What they said stands above.")


def apart(pid: int, core: int) -> None:
    """Servers on one core and pages on the others, where there are several: neither waits for the other's turn."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(pid, cores[:1] if core == 0 else cores[1:])


def resident_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0])


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def table(title: str, sockets: int, rounds: list[dict], kb: float) -> dict:
    mean = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    print(
        f"{title:<14} {sockets:>5} sockets   p50 {mean['p50']:>6.1f} ms   p99 {mean['p99']:>6.1f} ms"
        f"   last {mean['last']:>6.1f} ms   {kb:>5.1f} KB a socket"
        f"   (busy: server {mean['server_cpu']:.0f} ms, pages {mean['client_cpu']:.0f} ms)"
    )
    return {
        "fanout_p50_ms": round(mean["p50"], 1),
        "fanout_p99_ms": round(mean["p99"], 1),
        "kb_per_socket": round(kb, 1),
        "sockets": sockets,
    }


if __name__ == "__main__":
    main()
