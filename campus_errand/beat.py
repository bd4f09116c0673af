"""Beat, on as many hosts as wanted: one of them sends the tasks, another takes over within seconds of its end."""

import logging
import os
import secrets
import time

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from campus_errand.sweeps import SweepingScheduler
from core import leases
from core.hosts import BEAT_LEASE, mark_alive

logger = logging.getLogger(__name__)

LEASE_SECONDS = 5.0
RENEW_EVERY = 1.0
MARK_EVERY = 10.0


class LeaderScheduler(SweepingScheduler):
    """The schedule is code and no file is kept; it only ticks while this process holds the lease."""

    def __init__(self, *args, lazy: bool = False, **kwargs) -> None:
        self.holder = f"{settings.HOST_NAME}:{os.getpid()}:{secrets.token_hex(4)}"
        self.leads = False
        self._database_away = False
        self._renewed = self._marked = float("-inf")
        super().__init__(*args, lazy=lazy, **kwargs)

    def tick(self, *args, **kwargs) -> float:
        """Seconds until the next call."""
        now = time.monotonic()
        if now - self._renewed >= RENEW_EVERY:
            self._renewed = now
            self._ask()
        if not self.leads:
            return RENEW_EVERY
        return min(super().tick(*args, **kwargs), RENEW_EVERY)

    def close(self) -> None:
        if self.leads:
            self.leads = False
            try:
                leases.release(BEAT_LEASE, self.holder)
            except DatabaseError:
                logger.warning("beat could not hand its lease over; it ends within %s s", LEASE_SECONDS)
        super().close()

    def _ask(self) -> None:
        """Renew the lease, or try to get it. While the database does not answer nobody leads: no task could run."""
        led = self.leads
        try:
            close_old_connections()
            self.leads = leases.acquire(BEAT_LEASE, self.holder, LEASE_SECONDS)
            if self._renewed - self._marked >= MARK_EVERY:
                self._marked = self._renewed
                mark_alive("beat")
        except Exception as error:  # a name that does not resolve is no DatabaseError
            self.leads = False
            if not self._database_away:
                logger.error("beat waits: the database does not answer (%s)", error)
            self._database_away = True
            return
        if self._database_away:
            logger.warning("beat goes on: the database answers again")
        self._database_away = False
        if self.leads != led:
            logger.warning(
                "beat on %s %s", settings.HOST_NAME, "sends the tasks" if self.leads else "stands by"
            )
