"""Signs of life of the worker: a file for its container's check, a row for `/healthz/?host=`.

Celery's main process sends its heartbeat from the loop that takes tasks from the broker; only while it does are the
signs renewed, in a thread of their own, as a database that hangs must not hold up that loop.
"""

import logging
import threading
import time

from celery.signals import heartbeat_sent, worker_ready
from django.db import connections

from core.hosts import mark_alive

logger = logging.getLogger(__name__)

EVERY = 10.0
SILENT = 20.0
_last_sent = 0.0


@heartbeat_sent.connect
def _note(**kwargs) -> None:
    global _last_sent
    _last_sent = time.monotonic()


@worker_ready.connect
def _start(**kwargs) -> None:
    threading.Thread(target=_keep, name="signs-of-life", daemon=True).start()


def _keep() -> None:
    while True:
        time.sleep(EVERY if _last_sent else 1)
        if not _last_sent or time.monotonic() - _last_sent > SILENT:
            continue
        try:
            mark_alive("worker")
        except Exception as error:  # the next time, perhaps
            logger.warning("the worker's sign of life was not written: %s", error)
        finally:
            connections.close_all()
