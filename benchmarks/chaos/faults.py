"""What is broken during a run: each fault has a name, says whether it took effect, and how long it was felt."""

import contextlib
import os
import random
import signal
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg2
import redis

from benchmarks.chaos.servers import Clock, MediaDisk, Postgres, Redis, Site, answers, wait_until

COMING_BACK = 90  # seconds in which a part must be there again
LONGEST_WAIT = 5  # seconds from a fault to the pause before the next one
REDIS_STOPPED, REDIS_AWAY, DISK_FULL, CLOCK_BACK = 6, 3, 8, 12
HOUR = 3600
# One round. Those of a line are struck at once; the order is shuffled.
ROUND = (
    ("web",), ("live",), ("worker",), ("beat",), ("front",), ("beat",), ("front",), ("live",),
    ("redis_stopped",), ("redis_restarted",), ("redis_emptied",), ("redis_emptied",),
    ("postgres_cut",), ("postgres_cut",), ("postgres_restarted",), ("disk_full",), ("clock_back",),
    ("worker", "postgres_cut", "redis_emptied"), ("web", "redis_stopped"), ("front", "postgres_restarted", "beat"),
)  # fmt: skip
# During which an answer may fail to come, and during which 503 with Retry-After is the right answer.
MUTE = {"web", "front", "live"}
AWAY = {"postgres_cut", "postgres_restarted"}
SETTLING = 4.0  # seconds after a part has answered in which what was under way still fails


@dataclass
class Fault:
    """One fault: `ended` is when the part was there again, Unix seconds like `began`."""

    kind: str
    began: float
    ended: float = 0.0
    took_effect: bool = False

    def covers(self, began: float, ended: float) -> bool:
        """Whether something that went on from `began` to `ended` may have felt it."""
        return began <= (self.ended or ended) + SETTLING and ended >= self.began


class Striker(threading.Thread):
    """Strikes one line of the rounds after another until it is stopped; `faults` is what happened."""

    def __init__(
        self, site: Site, postgres: Postgres, redis: Redis, disk: MediaDisk, clock: Clock, *, database: str, pause: float,
        wanted: int, seed: int,
    ) -> None:  # fmt: skip
        super().__init__(daemon=True)
        self.site, self.postgres, self.redis, self.disk, self.clock = site, postgres, redis, disk, clock
        self.database, self.pause, self.wanted = database, pause, wanted
        self.rng, self.stop, self.faults = random.Random(seed), threading.Event(), []
        self._lock, self._striking = threading.Lock(), {}

    def run(self) -> None:
        """The next one does not wait until the last is over, but no part is struck again before it is back."""
        for line in self._lines():
            if self.stop.wait(self.pause) or self.effective() >= self.wanted:
                break
            struck = [self._start(kind) for kind in line if self._is_free(kind)]
            until = time.monotonic() + LONGEST_WAIT
            for one in struck:
                one.join(max(0.0, until - time.monotonic()))
        for one in self._striking.values():
            one.join()
        self.clock.shift(0)
        self.disk.free()

    def _is_free(self, kind: str) -> bool:
        before = self._striking.get(_part(kind))
        return before is None or not before.is_alive()

    def _start(self, kind: str) -> threading.Thread:
        one = self._striking[_part(kind)] = threading.Thread(target=self._strike, args=(kind,))
        one.start()
        return one

    def effective(self) -> int:
        return sum(fault.took_effect for fault in self.faults)

    def available(self) -> set[str]:
        """The kinds that this machine can do."""
        kinds = {kind for line in ROUND for kind in line} - {"disk_full", "clock_back", "web", "front"}
        kinds |= {"disk_full"} if self.disk.limited else set()
        kinds |= {"clock_back"} if self.clock.settable else set()
        return kinds | ({"web", "front"} & set(self.site.parts))

    def _lines(self) -> Iterator[list[str]]:
        can = self.available()
        lines = [kept for line in ROUND if (kept := [kind for kind in line if kind in can])]
        while True:
            self.rng.shuffle(lines)
            yield from lines

    def _strike(self, kind: str) -> None:
        do: Callable[[Fault], bool] = getattr(self, f"_{kind}", self._kill)
        fault = self._began(kind)
        try:
            fault.took_effect = do(fault)
        except (OSError, psycopg2.Error, redis.RedisError, subprocess.SubprocessError) as error:
            print(f"{kind} could not be done: {error}", flush=True)
        fault.ended = time.time()

    def _began(self, kind: str) -> Fault:
        fault = Fault(kind, time.time())
        with self._lock:
            self.faults.append(fault)
        return fault

    # -- One method a kind: does it, waits until it is over, and says whether it took effect ---------------------

    def _kill(self, fault: Fault) -> bool:
        """kill -9; over when the part is there again."""
        name = fault.kind
        before = self.site.pid(name)
        if before is None:
            return False
        os.kill(before, signal.SIGKILL)
        came_back = wait_until(lambda: self.site.pid(name) not in (None, before), COMING_BACK)
        ports = {"front": 0, "web": 1, "live": 2}
        if name in ports and "front" in self.site.parts:
            wait_until(lambda: answers(self.site.port + ports[name]), COMING_BACK)
        if name in MUTE:
            wait_until(self._serves, COMING_BACK)
        return came_back

    def _serves(self) -> bool:
        """Whether a page comes."""
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"{self.site.url}/offline/", timeout=5) as page,
        ):
            return page.status == 200
        return False

    def _redis_stopped(self, fault: Fault) -> bool:
        """It hangs: connections are taken and nothing is answered."""
        self.redis.signal(signal.SIGSTOP)
        hung = not self.redis.answers()
        time.sleep(REDIS_STOPPED)
        self.redis.signal(signal.SIGCONT)
        wait_until(self.redis.answers, COMING_BACK)
        return hung

    def _redis_restarted(self, fault: Fault) -> bool:
        """Killed, gone for some seconds, and started empty."""
        self.redis.kill()
        gone = not self.redis.answers()
        time.sleep(REDIS_AWAY)
        self.redis.start()
        return gone

    def _redis_emptied(self, fault: Fault) -> bool:
        if not wait_until(self.redis.answers, COMING_BACK):
            return False
        held = self.redis.client.dbsize()
        self.redis.client.flushall()
        return held > 0

    def _postgres_cut(self, fault: Fault) -> bool:
        return self.postgres.cut(self.database) > 0

    def _postgres_restarted(self, fault: Fault) -> bool:
        before = self.postgres.began()
        self.postgres.restart()
        wait_until(lambda: bool(self.postgres.began()), COMING_BACK)
        return self.postgres.began() != before

    def _disk_full(self, fault: Fault) -> bool:
        full = self.disk.fill()
        time.sleep(DISK_FULL)
        self.disk.free()
        return full

    def _clock_back(self, fault: Fault) -> bool:
        """An hour back for some seconds, and forth again: two faults."""
        self.clock.shift(-HOUR)
        time.sleep(CLOCK_BACK)
        fault.ended = time.time()
        forth = self._began("clock_forth")
        self.clock.shift(0)
        time.sleep(CLOCK_BACK / 2)
        forth.ended, forth.took_effect = time.time(), True
        return True


def _part(kind: str) -> str:
    """What a fault breaks: the three of Redis are of one part."""
    return kind.partition("_")[0]


def judge(exchange, faults: list[Fault]) -> str:
    """What an exchange counts as: "" for an answer, "away" for 503 with Retry-After while PostgreSQL or a serving
    process was away, "no_answer" for none while a serving process was gone, else "unexpected"."""
    if 0 < exchange.status < 500:
        return ""
    felt = {fault.kind for fault in faults if fault.covers(exchange.began, exchange.ended)}
    if exchange.status == 503 and exchange.retry_after and felt & (AWAY | MUTE):
        return "away"
    if exchange.status == 0 and felt & MUTE:
        return "no_answer"
    return "unexpected"
