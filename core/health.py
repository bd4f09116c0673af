"""What `/healthz/` and `/readyz/` say: whether the installation keeps up, and whether this process can serve."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import clock, hosts, media, outbox
from core.models import HandlerRun, Heartbeat, OutboxEvent
from core.redis_pool import redis_answers

logger = logging.getLogger(__name__)

BEAT_LATE = timedelta(seconds=30)  # beat writes its heartbeat every ten seconds
OUTBOX_LATE = timedelta(seconds=60)
CLOCK_TOLERANCE = timedelta(seconds=15)  # beat's heartbeat, and what two machines may differ by
CLOCK_FORGIVEN = timedelta(hours=1)


def beat() -> None:
    """Beat queued a task and a worker did it: both run, and the database takes writes."""
    Heartbeat.objects.update_or_create(name="beat", defaults={"at": clock.now()})
    _watch_clock()


# -- The clock -------------------------------------------------------------------------------------------------------

LATEST, BEHIND_SINCE = "latest time", "clock behind"


def _watch_clock() -> None:
    """Remember the latest time that was seen. A clock that has been behind it for an hour is taken for right again: then
    the one before was wrong, and the operators have had their hour to see it."""
    now = clock.now()
    marks = dict(Heartbeat.objects.filter(name__in=[LATEST, BEHIND_SINCE]).values_list("name", "at"))
    if marks.get(LATEST, now) - now <= CLOCK_TOLERANCE:
        Heartbeat.objects.update_or_create(name=LATEST, defaults={"at": now})
        if BEHIND_SINCE in marks:
            Heartbeat.objects.filter(name=BEHIND_SINCE).delete()
    elif BEHIND_SINCE not in marks:
        logger.error("the clock is %s behind what it showed before", marks[LATEST] - now)
        Heartbeat.objects.create(name=BEHIND_SINCE, at=now)
    elif now - marks[BEHIND_SINCE] >= CLOCK_FORGIVEN or marks[BEHIND_SINCE] - now > CLOCK_TOLERANCE:
        Heartbeat.objects.update_or_create(name=LATEST, defaults={"at": now})
        Heartbeat.objects.filter(name=BEHIND_SINCE).delete()


def _clock_behind(now: datetime) -> timedelta:
    """By how much the clock is behind the latest time that was seen or written; zero while it is right."""
    seen = Heartbeat.objects.filter(name=LATEST).values_list("at", flat=True).first()
    # Several machines are never quite together: what is ahead by less than the tolerance is no fault.
    written = OutboxEvent.objects.filter(outbox.FIRST_TRY, due_at__gt=now).order_by("-due_at")
    ahead = max(seen or now, written.values_list("due_at", flat=True).first() or now) - now
    return ahead if ahead > CLOCK_TOLERANCE else timedelta()


_facts: dict[str, Callable[[], Any]] = {}


def health_fact(name: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Register `function() -> value`, which /healthz shows under `name`. It tells; the installation is well whatever it is."""

    def register(function: Callable[[], Any]) -> Callable[[], Any]:
        _facts[name] = function
        return function

    return register


def state() -> dict[str, Any]:
    """{"ok", "db", "redis", "beat_age_s", "outbox_lag_s", "clock_behind_s", "media_free_mb", "dead_letters", "beat_host"}; ages in
    seconds, None where there is none.

    Dead letters do not make the installation unwell: they wait for an operator, everything else goes on.
    """
    result: dict[str, Any] = {
        "ok": False,
        "db": False,
        "redis": None,
        "beat_age_s": None,
        "outbox_lag_s": None,
        "clock_behind_s": None,
        "media_free_mb": None,
        "dead_letters": None,
        "beat_host": None,
        **dict.fromkeys(_facts),
    }
    now = clock.now()
    try:
        at = Heartbeat.objects.filter(name="beat").values_list("at", flat=True).first()
        due = OutboxEvent.objects.filter(due_at__isnull=False).order_by("due_at", "id")
        oldest = due.values_list("due_at", flat=True).first()
        result["dead_letters"] = HandlerRun.objects.filter(status=HandlerRun.Status.DEAD).count()
        behind = _clock_behind(now)
        result["beat_host"] = hosts.beat_host()
        result |= {name: function() for name, function in _facts.items()}
        result["db"] = True
    except DatabaseError as error:
        logger.error("the database does not answer: %s", error)
        return result
    age = now - at if at else None
    lag = max(now - oldest, timedelta()) if oldest else timedelta()
    result["beat_age_s"] = None if age is None else round(age.total_seconds(), 1)
    result["outbox_lag_s"] = round(lag.total_seconds(), 1)
    result["clock_behind_s"] = round(behind.total_seconds(), 1)
    room = media.media_room()
    result["media_free_mb"] = room and room["free_mb"]
    if settings.REDIS_URL:
        result["redis"] = redis_answers()
    result["ok"] = (
        result["redis"] is not False
        and age is not None
        and age <= BEAT_LATE
        and lag <= OUTBOX_LATE
        and not behind
        and (room is None or room["ok"])
    )
    return result


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all is well, 503 otherwise, with the figures. Tells nothing about anybody. `?host` asks besides whether
    worker and beat of the host that answers are well."""
    started = time.perf_counter()
    result = state()
    if "host" in request.GET and result["db"]:
        result |= hosts.host_state()
        result["ok"] = result["ok"] and result["host_ok"]
    result["took_ms"] = round((time.perf_counter() - started) * 1000, 1)
    return JsonResponse(result, status=200 if result["ok"] else 503)


DATABASE_ANSWERS_WITHIN = 2.0  # seconds; a database that hangs longer serves nobody
_asking = threading.Lock()


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when this process can serve: its database answers. What else may be away (Redis, beat) is not asked."""
    ready = database_answers()
    return JsonResponse({"ready": ready}, status=200 if ready else 503)


def database_answers(seconds: float = DATABASE_ANSWERS_WITHIN) -> bool:
    """Whether a new connection gets an answer in time. Asked in a thread, as one that hangs cannot be called off; there
    is never more than one such thread."""
    if not _asking.acquire(timeout=seconds):
        return False
    answers: queue.SimpleQueue[bool] = queue.SimpleQueue()
    threading.Thread(target=_ask_database, args=[answers], daemon=True).start()
    try:
        return answers.get(timeout=seconds)
    except queue.Empty:
        logger.error("the database has not answered within %s s", seconds)
        return False


def _ask_database(answers: queue.SimpleQueue) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        answers.put(True)
    except Exception as error:  # a name that does not resolve is no DatabaseError
        logger.error("the database does not answer: %s", error)
        answers.put(False)
    finally:
        connection.close()
        _asking.release()
