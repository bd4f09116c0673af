"""What beat does while no worker can be reached: the pressing sweeps, in its own process.

What is due stands in the database, and any number of processes may sweep at once, so nothing is done twice whoever does
it. Beat goes on publishing as soon as the broker answers, and stops sweeping when a worker has shown that it works.
"""

import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from celery.beat import ScheduleEntry, SchedulingError
from django.conf import settings
from django.db import DatabaseError, connections
from kombu import Producer

from campus_errand.steady import SteadyScheduler
from core import clock
from core.breaker import redis_breaker
from core.models import Heartbeat
from core.redis_pool import redis_answers

logger = logging.getLogger(__name__)

THREADS = 3
# A worker does beat's heartbeat every ten seconds: two that are missed are no accident.
SILENT = timedelta(seconds=25)
ASK_EVERY = 1.0  # seconds between two looks at the heartbeat


class SweepingScheduler(SteadyScheduler):
    """A scheduler that does not depend on a broker for the tasks named by the setting `pressing`."""

    def __init__(self, app, *args, lazy: bool = False, **kwargs) -> None:
        self._pool = ThreadPoolExecutor(THREADS, "sweep")
        self._sweeping: dict[str, Future] = {}
        self._failed_sweeps: set[str] = set()
        self._looked_at, self._silent, self._alone = float("-inf"), False, False
        super().__init__(app, *args, lazy=lazy, **kwargs)

    @property
    def producer(self) -> Producer | None:
        """None while the broker is away: Celery's own would wait for it, and no sweep would run."""
        if not broker_answers():
            return None
        if "_producer" not in self.__dict__:
            self._producer = self.Producer(self._ensure_connected(), auto_declare=False)
        return self._producer

    def close(self) -> None:
        self.__dict__.pop("_producer", None)
        self._pool.shutdown(wait=False, cancel_futures=True)
        super().close()

    def apply_async(
        self, entry: ScheduleEntry, producer: Producer | None = None, advance: bool = True, **kwargs
    ) -> Any:
        """Publish the task, else do it here; the latter also while nothing shows that a worker takes what is published."""
        if advance:
            entry = self.reserve(entry)
        sent = self._publish(entry, producer) if producer is not None or broker_answers() else None
        alone = sent is None or self._workers_are_silent()
        if alone != self._alone:
            self._alone = alone
            logger.warning("beat sweeps by itself" if alone else "beat leaves the sweeps to the workers")
        if alone and entry.task in getattr(self.app.conf, "pressing", ()):
            self._sweep(entry.task)
        return sent

    def _publish(self, entry: ScheduleEntry, producer: Producer | None) -> Any:
        try:
            return super().apply_async(entry, producer=producer, advance=False)
        except SchedulingError as error:
            redis_breaker.failed(error)
            return None

    def _workers_are_silent(self) -> bool:
        if time.monotonic() - self._looked_at >= ASK_EVERY:
            self._looked_at = time.monotonic()
            try:
                at = Heartbeat.objects.filter(name="beat").values_list("at", flat=True).first()
                self._silent = at is None or clock.now() - at > SILENT
            except DatabaseError:  # nobody can do anything
                self._silent = False
        return self._silent

    # -- Here ------------------------------------------------------------------------------------------------------

    def _sweep(self, task: str) -> None:
        """Do it in a thread, unless its last time has not ended yet."""
        if (before := self._sweeping.get(task)) is None or before.done():
            self._sweeping[task] = self._pool.submit(self._run, task)

    def _run(self, task: str) -> None:
        try:
            self.app.tasks[task]()
        except Exception as error:
            if task not in self._failed_sweeps:  # one line, not one a second
                self._failed_sweeps.add(task)
                logger.error("%s failed in beat: %r", task, error)
        else:
            self._failed_sweeps.discard(task)
        finally:
            connections.close_all()


def broker_answers() -> bool:
    """Whether the broker answers now; one in memory always does."""
    return not settings.CELERY_BROKER_URL.startswith("redis") or redis_answers()
