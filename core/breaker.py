"""A circuit breaker: while a server is away, one call a second tries it, and all others go on without it at once."""

import logging
import threading
import time

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0


class Breaker:
    """Of one server, shared by the threads of a process. One line is logged for an outage, and one for its end.

    `allows()` before a call; `failed(error)` or `answered()` after one that was allowed.
    """

    def __init__(self, name: str, pause: float = PAUSE_SECONDS) -> None:
        self.name, self.pause = name, pause
        self._lock = threading.Lock()
        self._since: float | None = None  # when the outage began; None while all is well
        self._next_try = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the last call failed."""
        return self._since is not None

    def allows(self) -> bool:
        """Whether to call now. During an outage one caller a second is let through, so that a server that hangs costs
        the process one timeout a second."""
        if self._since is None:
            return True
        with self._lock:
            now = time.monotonic()
            if self._since is not None and now < self._next_try:
                return False
            self._next_try = now + self.pause
            return True

    def failed(self, error: Exception) -> None:
        with self._lock:
            now = time.monotonic()
            self._next_try = now + self.pause
            if self._since is None:
                self._since = now
                logger.warning("%s does not answer, going on without it: %s", self.name, error)

    def answered(self) -> None:
        if self._since is None:
            return
        with self._lock:
            if self._since is not None:
                logger.warning("%s answers again after %.0f s", self.name, time.monotonic() - self._since)
                self._since = None

    def reset(self) -> None:
        """Forget an outage (tests; another server is configured)."""
        with self._lock:
            self._since, self._next_try = None, 0.0


redis_breaker = Breaker("Redis")
"""All of this process's calls to Redis but the channel layer's own and Celery's."""
