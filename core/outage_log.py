"""A logging filter for those who try again and again: one line an outage, without its traceback."""

import logging
import time

OVER_AFTER = 90.0  # seconds without a failed attempt; Celery waits 32 at most between two


class OneLineAnOutage(logging.Filter):
    """For Celery's worker, which writes a warning when the broker is lost and an error for each attempt to reach it."""

    def __init__(self, name: str = "") -> None:
        super().__init__(name)
        self._last = float("-inf")

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage().lower()
        if "connection to broker lost" not in text and "cannot connect to" not in text:
            return True
        known, self._last = time.monotonic() - self._last < OVER_AFTER, time.monotonic()
        record.msg, record.args = " ".join(record.getMessage().split()), ()
        record.exc_info = record.exc_text = None
        return not known
