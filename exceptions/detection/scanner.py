"""The scanner: turns due times into tickets, once each, whatever happens to it."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, OperationalError, transaction

from core import clock, outbox
from exceptions.detection import claims, sql
from exceptions.detection.registry import QUERIES
from exceptions.detection.sources import Alarm, Source
from exceptions.library.loading import known_types
from exceptions.models import ExceptionType, ScanFailure

logger = logging.getLogger(__name__)

# Orders in one transaction. Only a storm fills it: it is then worth its commit, and holds its rows for a fraction of
# a second.
BATCH = 5000

# Each batch brings an id for every ticket that it might open: thousands for the usual one or two would take longer
# than all the rest, and the alert waits for it.
FIRST_BATCH = 50


@dataclass
class ScanResult:
    """Tickets opened, unresolved tickets whose alarm was repeated, rows that had to be pushed back, rows looked at."""

    tickets: int = 0
    repeated: int = 0
    failures: int = 0
    claimed: int = 0


def scan(now: datetime | None = None, batch: int = BATCH) -> ScanResult:
    """Open a ticket for every order of which a detector finds that it is due at `now`. Each batch is one transaction.

    Any number of scanners may run at once. One that is killed leaves nothing half done: the next one finds the
    same orders due. A row that cannot be processed is pushed back and written down; the others go on.
    """
    now = now or clock.now()
    result = ScanResult()
    sources = list(QUERIES.values())
    if not sql.anything_due(sources, now):
        return result
    types = known_types({code for source in sources for code in source.types.values()})
    for source in sources:
        _Run(source, types, now, batch, result).all()
    if result.claimed:
        with transaction.atomic():
            outbox.nudge()  # the rows were written in SQL, behind emit's back
    return result


def seconds_to_next() -> float | None:
    """Until an order's alarm is due again, as far as is known now: 0 for what is due already, None when none ever is.
    (Watches are looks, not deadlines: the next scan is soon enough for them.)"""
    due = sql.next_due([source for source in QUERIES.values() if isinstance(source, Alarm)])
    return None if due is None else max(0.0, (due - clock.now()).total_seconds())


class _Run:
    """One source of due times in one scan."""

    def __init__(
        self, source: Source, types: dict[str, ExceptionType], now: datetime, batch: int, result: ScanResult
    ):
        self.source, self.now, self.batch, self.result = source, now, batch, result
        self.unprocessable: list[int] = []  # could not even be pushed back: left alone until the next scan
        self.specs = [
            sql.TicketSpec(
                status=str(status),
                type=code,
                severity=types[code].severity,
                respond_by=now + timedelta(minutes=types[code].respond_minutes),
                resolve_by=now + timedelta(minutes=types[code].resolve_minutes),
            )
            for status, code in source.types.items()
            if types[code].is_active  # switched off by an operator: the alarm is cleared without a ticket
        ]

    def all(self) -> None:
        limit = min(FIRST_BATCH, self.batch)
        while True:
            try:
                claimed = self._open(limit=limit, skip=self.unprocessable)
            except DatabaseError as error:
                if isinstance(error, OperationalError):  # the connection, a deadlock: no row is to blame
                    raise
                pks = claims.due_ids(self.source, self.now, self.batch, ((), self.unprocessable))
                if not pks:
                    return
                self._without_the_bad(pks)
                continue
            if claimed < limit:
                return
            limit = self.batch

    def _open(self, *, limit: int, only=(), skip=()) -> int:
        with transaction.atomic():
            done = sql.open_tickets(self.source, self.specs, now=self.now, limit=limit, only=only, skip=skip)
        self.result.tickets += done.opened
        self.result.repeated += done.repeated
        self.result.claimed += done.claimed
        return done.claimed

    def _without_the_bad(self, pks: list[int]) -> None:
        """Halve a batch that failed until the rows that fail stand alone, and push those back."""
        try:
            self._open(limit=len(pks), only=pks)
        except OperationalError:
            raise
        except DatabaseError as error:
            if len(pks) > 1:
                middle = len(pks) // 2
                self._without_the_bad(pks[:middle])
                self._without_the_bad(pks[middle:])
            else:
                self._push_back(pks[0], error)

    def _push_back(self, pk: int, error: DatabaseError) -> None:
        logger.error("%s %s made no ticket: %s", self.source.name, pk, error)
        self.result.failures += 1
        try:
            with transaction.atomic():
                sql.push_back(self.source, pk, self.now)
                _write_down(self.source.name, claims.order_of(self.source, pk), error, self.now)
        except OperationalError:
            raise
        except DatabaseError:
            logger.exception("%s %s could not be pushed back", self.source.name, pk)
            self.unprocessable.append(pk)


def _write_down(rule: str, order_pk: int, error: DatabaseError, now: datetime) -> None:
    failure, created = ScanFailure.objects.get_or_create(
        order_id=order_pk,
        rule=rule,
        defaults={"error": str(error)[:2000], "first_at": now, "last_at": now},
    )
    if not created:
        failure.failures += 1
        failure.error, failure.last_at = str(error)[:2000], now
        failure.save(update_fields=["failures", "error", "last_at"])
