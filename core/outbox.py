"""Events between apps: written with the change, delivered after it, never lost and never done twice.

`emit` writes a row in the caller's transaction. After the commit the process that wrote it drains at once;
Celery beat drains every second whatever happens, so a process that dies in between costs a second.
A handler runs in a transaction of its own together with the row that says it is done, so it takes effect
exactly once however often it is tried. What leaves the database (SMS, gateways) is not done in handlers but
kept as a row of its own and sent by a task.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from core import clock
from core.db import claimed
from core.models import HandlerRun, OutboxEvent

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 10
FIRST_TRY = Q(due_at=F("created_at"))  # no handler has been tried yet: a retry is due later
Handler = Callable[[dict], None]
_handlers: dict[str, dict[str, Handler]] = defaultdict(dict)
_local = threading.local()
_parked_hooks: list[Callable[[OutboxEvent, str, str], None]] = []


def on(*names: str) -> Callable[[Handler], Handler]:
    """Register a handler for events. It takes the payload, is named by its module path, and may be retried."""

    def register(handler: Handler) -> Handler:
        for name in names:
            _handlers[name][f"{handler.__module__}.{handler.__qualname__}"] = handler
        return handler

    return register


def on_parked(hook: Callable[[OutboxEvent, str, str], None]) -> Callable:
    """Register who is told when a handler has failed for good: hook(event, handler name, error)."""
    _parked_hooks.append(hook)
    return hook


def emit(name: str, **payload) -> None:
    """Write an event in the present transaction. The payload must be JSON."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("emit() needs the transaction of the change that it tells of")
    now = clock.now()
    # What nobody listens to is written down, and there is nothing to deliver.
    due = now if name in _handlers else None
    OutboxEvent.objects.create(name=name, payload=payload, created_at=now, due_at=due)
    nudge()


def nudge() -> None:
    """Drain after the commit, once per transaction however many events were written."""
    # Asked of the connection, which forgets what was rolled back; a flag of our own would outlive it.
    if not any(
        function is _drain_after_commit for _, function, _ in transaction.get_connection().run_on_commit
    ):
        transaction.on_commit(_drain_after_commit, robust=True)


def _drain_after_commit() -> None:
    if not getattr(_local, "held", False):
        drain()


@contextmanager
def held():
    """Leave the draining after commits to others while the block runs (bulk work, tests of the sweep)."""
    before = getattr(_local, "held", False)
    _local.held = True
    try:
        yield
    finally:
        _local.held = before


def drain(limit: int = 500) -> int:
    """Deliver due events, oldest first, until none is left or `limit` were tried. Returns how many.

    Safe in any number of processes: an event is locked while it is delivered and others skip it. A handler
    that emits makes new events, which this same call delivers.
    """
    if getattr(_local, "draining", False):  # a handler's own commit: the loop outside will get to it
        return 0
    _local.draining = True
    count = 0
    try:
        while count < limit and _deliver_next():
            count += 1
    finally:
        _local.draining = False
    return count


def _deliver_next() -> bool:
    with transaction.atomic():
        # A first delivery does not look at the clock: one that is set back would hold it up for as long.
        due = OutboxEvent.objects.filter(FIRST_TRY | Q(due_at__lte=clock.now()), due_at__isnull=False)
        event = claimed(due.order_by("due_at", "id"))[:1].first()
        if event is None:
            return False
        handlers = _handlers.get(event.name, {})
        runs = {run.handler: run for run in event.runs.all()} if handlers else {}
        retries = []
        for name, handler in handlers.items():
            run = runs.get(name)
            if run and (
                run.status != HandlerRun.Status.RETRY or (run.next_try_at and run.next_try_at > clock.now())
            ):
                if run.status == HandlerRun.Status.RETRY:
                    retries.append(run.next_try_at)
                continue
            run = run or HandlerRun(event=event, handler=name)
            _run(event, handler, run)
            if run.status == HandlerRun.Status.RETRY:
                retries.append(run.next_try_at)
        event.due_at = min(retries, default=None)
        event.save(update_fields=["due_at"])
    return True


def _run(event: OutboxEvent, handler: Handler, run: HandlerRun) -> None:
    run.attempts += 1
    run.updated_at = clock.now()
    try:
        with transaction.atomic():  # a savepoint: one handler's failure undoes only its own work
            handler(event.payload)
        run.status, run.next_try_at, run.error = HandlerRun.Status.DONE, None, ""
    except Exception as error:
        logger.exception("handler %s failed on %s (attempt %s)", run.handler, event, run.attempts)
        run.error = f"{type(error).__name__}: {error}"[:2000]
        if run.attempts >= MAX_ATTEMPTS:
            run.status, run.next_try_at = HandlerRun.Status.PARKED, None
            _tell_parked(event, run)
        else:
            run.status = HandlerRun.Status.RETRY
            run.next_try_at = clock.now() + timedelta(seconds=min(2**run.attempts, 600))
    run.save()


def _tell_parked(event: OutboxEvent, run: HandlerRun) -> None:
    for hook in _parked_hooks:
        try:
            with transaction.atomic():
                hook(event, run.handler, run.error)
        except Exception:  # whatever it is, it must not hold up the other events
            logger.exception("could not tell anyone that %s is parked", run.handler)


def retry_parked(run: HandlerRun) -> None:
    """Try a parked handler again from the start (an operator's button)."""
    with transaction.atomic():
        run.status, run.attempts, run.next_try_at = HandlerRun.Status.RETRY, 0, clock.now()
        run.save(update_fields=["status", "attempts", "next_try_at"])
        OutboxEvent.objects.filter(pk=run.event_id).update(due_at=clock.now())
        nudge()


def tidy(days: int = int(settings.RETENTION_DAYS["events"]), batch: int = 5000) -> int:
    """Delete finished events older than `days` that parked nothing."""
    old = OutboxEvent.objects.filter(
        due_at__isnull=True, created_at__lt=clock.now() - timedelta(days=days)
    ).exclude(runs__status=HandlerRun.Status.PARKED)
    ids = list(old.values_list("pk", flat=True)[:batch])
    OutboxEvent.objects.filter(pk__in=ids).delete()
    return len(ids)
