"""Events between apps: written with the change, delivered after it, never lost and never done twice.

`emit` writes a row in the caller's transaction. After the commit the process that wrote it drains at once;
Celery beat drains every second whatever happens, so a process that dies in between costs a second.
Each handler (`core.events.subscribe`) of an event runs in a transaction of its own together with the row that says it is
done, so it takes effect exactly once however often it is tried, and waits for no other handler's locks. It is retried with growing pauses; in the end it is a dead letter,
and somebody is alerted. What leaves the database (SMS, gateways) is not done in handlers but kept as a row of its own
and sent by a task.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from core import clock, events
from core.db import for_update_skip_locked
from core.models import HandlerRun, OutboxEvent

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 10
FIRST_TRY = Q(due_at=F("created_at"))  # no handler has been tried yet: a retry is due later
# Under this name the run is kept that turns a row into its event: it fails for a row that this code cannot read, and is
# retried and given up like any handler. (While versions of the code change, another process may know it.)
READ = "core.events.read"
_local = threading.local()
_dead_letter_hooks: list[Callable[[OutboxEvent, str, str], None]] = []


def on_dead_letter(hook: Callable[[OutboxEvent, str, str], None]) -> Callable:
    """Register who is told when a handler has failed for good: hook(event's row, handler name, error)."""
    _dead_letter_hooks.append(hook)
    return hook


def emit(event: events.Event) -> None:
    """Write an event in the present transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("emit() needs the transaction of the change that it tells of")
    now = clock.now()
    OutboxEvent.objects.create(name=event.name, payload=event.payload(), created_at=now, due_at=now)
    nudge()


def nudge() -> None:
    """Drain after the commit, once per transaction however many events were written."""
    # Asked of the connection, which forgets what was rolled back; a flag of our own would outlive it.
    if not any(
        function is _drain_after_commit for _, function, _ in transaction.get_connection().run_on_commit
    ):
        transaction.on_commit(_drain_after_commit, robust=True)


def _drain_after_commit() -> None:
    if not getattr(_local, "deferred", False):
        drain()


@contextmanager
def deferred_delivery() -> Iterator[None]:
    """Leave the draining after commits to others while the block runs (bulk work, tests of the sweep)."""
    before = getattr(_local, "deferred", False)
    _local.deferred = True
    try:
        yield
    finally:
        _local.deferred = before


def drain(limit: int = 500) -> int:
    """Deliver due events, oldest first, until none is left or `limit` were tried. Returns how many.

    Safe in any number of processes: an event is locked while one of its handlers runs and others skip it. The handlers of
    an event run one after the other in the order of their subscription; who has to be tried again holds up none. A
    handler that emits makes new events, which this same call delivers.
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
    """Run every handler of the next due event that is due, each in a transaction of its own. False when none is due.

    Between two handlers nobody holds the event: another process may go on with it, and then does so to the end.
    """
    pk, has_more = _run_next_handler()
    if pk is None:
        return False
    while has_more:
        _pk, has_more = _run_next_handler(pk)
    return True


def _run_next_handler(pk: int | None = None) -> tuple[int | None, bool]:
    """Run the first handler that is due, of that event or of the oldest due one. Returns the event's id (None when there
    was nothing to run, or others hold it), and whether another handler of it is due.

    One transaction: what the handler locked is free again before the next one runs, so that two handlers of one event,
    or of two, never wait for each other in a circle.
    """
    with transaction.atomic():
        now = clock.now()
        # A first delivery does not look at the clock: one that is set back would hold it up for as long.
        due = OutboxEvent.objects.filter(FIRST_TRY | Q(due_at__lte=now), due_at__isnull=False)
        of_it = {} if pk is None else {"pk": pk}
        row = for_update_skip_locked(due.filter(**of_it).order_by("due_at", "id"))[:1].first()
        if row is None:
            return None, False
        found = {run.handler: run for run in row.runs.all()}
        runs = [
            (work, found.get(name) or HandlerRun(event=row, handler=name, status=HandlerRun.Status.RETRY))
            for name, work in _work(row, found)
        ]
        if waiting := [(work, run) for work, run in runs if _is_due(run, now)]:
            # Those not tried yet come first: a retry that is due meanwhile holds up none.
            _run(row, *min(waiting, key=lambda pair: pair[1].attempts))
        if len(waiting) > 1:  # the row stays due as it is: those not tried yet must not wait for a retry
            return row.pk, True
        retries = [run.next_try_at or now for _work, run in runs if run.status == HandlerRun.Status.RETRY]
        row.due_at = min(retries, default=None)
        row.save(update_fields=["due_at"])
    return row.pk, False


def _is_due(run: HandlerRun, now: datetime) -> bool:
    return run.status == HandlerRun.Status.RETRY and not (run.next_try_at and run.next_try_at > now)


def _work(row: OutboxEvent, runs: dict[str, HandlerRun]) -> list[tuple[str, Callable[[], object]]]:
    """What is to be run for a row, by name: each of its event's handlers, or what fails because it cannot be read."""
    try:
        event = events.read(row.name, row.payload)
    except events.Unreadable:
        return [(READ, lambda: events.read(row.name, row.payload))]
    work: list[tuple[str, Callable[[], object]]] = [
        (name, partial(handler, event)) for name, handler in events.subscribers_of(type(event)).items()
    ]
    return [(READ, lambda: event), *work] if READ in runs else work


def _run(row: OutboxEvent, work: Callable[[], object], run: HandlerRun) -> None:
    run.attempts += 1
    run.updated_at = clock.now()
    try:
        with transaction.atomic():  # a savepoint: one handler's failure undoes only its own work
            work()
        run.status, run.next_try_at, run.error = HandlerRun.Status.DONE, None, ""
    except Exception as error:
        logger.exception("handler %s failed on %s (attempt %s)", run.handler, row, run.attempts)
        run.error = f"{type(error).__name__}: {error}"[:2000]
        if run.attempts >= MAX_ATTEMPTS:
            run.status, run.next_try_at = HandlerRun.Status.DEAD, None
            _tell_of_dead_letter(row, run)
        else:
            run.status = HandlerRun.Status.RETRY
            run.next_try_at = clock.now() + timedelta(seconds=min(2**run.attempts, 600))
    run.save()


def _tell_of_dead_letter(row: OutboxEvent, run: HandlerRun) -> None:
    for hook in _dead_letter_hooks:
        try:
            with transaction.atomic():
                hook(row, run.handler, run.error)
        except Exception:  # whatever it is, it must not hold up the other events
            logger.exception("could not tell anyone of the dead letter %s", run.handler)


def requeue(run: HandlerRun) -> None:
    """Try a dead letter again from the start (an operator's button)."""
    with transaction.atomic():
        run.status, run.attempts, run.next_try_at = HandlerRun.Status.RETRY, 0, clock.now()
        run.save(update_fields=["status", "attempts", "next_try_at"])
        OutboxEvent.objects.filter(pk=run.event_id).update(due_at=clock.now())
        nudge()


def tidy(days: int = int(settings.RETENTION_DAYS["events"]), batch: int = 5000) -> int:
    """Delete finished events older than `days` that left no dead letter."""
    old = OutboxEvent.objects.filter(
        due_at__isnull=True, created_at__lt=clock.now() - timedelta(days=days)
    ).exclude(runs__status=HandlerRun.Status.DEAD)
    ids = list(old.values_list("pk", flat=True)[:batch])
    OutboxEvent.objects.filter(pk__in=ids).delete()
    return len(ids)
