"""Comparing, and keeping what was found: each finding once, for as long as it is found."""

import logging
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Actor
from core import clock, outbox
from core.db import for_update, for_update_skip_locked, repeatable_read
from core.errors import Invalid, WrongState
from payments import gateways, notices
from payments.events import DiscrepancyFound
from payments.models import Discrepancy, Payment, Reconciliation, Scope
from payments.reconciliation import bill, books
from payments.reconciliation.faults import Fault
from payments.services.paying import query_stuck
from payments.services.refunding import ask_refund

logger = logging.getLogger(__name__)

Status = Reconciliation.Status
# Of the following day. WeChat Pay has the bill of a day ready at ten, Alipay at nine.
BOOKS_AT, BILLS_AT = time(3, 30), time(10, 30)
TRY_AGAIN = timedelta(minutes=30)
CATCHES_UP = 14  # days
DAY = timedelta(days=1)


def check_bill(*, gateway: str, day: date, file: bytes | None = None, actor: Actor) -> Reconciliation:
    """A person compares the gateway's bill of a day, fetched now or (`file`) brought along, with the books.

    Not to be called inside a transaction: it talks to the gateway. Invalid for a file that is no such bill or a day
    that is not over; WrongState when the gateway gives none.
    """
    if gateway not in gateways.billing():
        raise Invalid(_("This gateway has no bills."))
    if day >= clock.today():
        raise Invalid(_("The bill of a day is there when the day is over."))
    days = [day] if file is not None else [day - DAY, day]
    try:
        lines = _lines(gateway, days, file)
    except gateways.BadBill as error:
        raise Invalid(
            _("This is not a bill of that gateway, or not a whole one: %(why)s") % {"why": error}
        ) from None
    except gateways.GatewayError:
        logger.exception("no bill of %s for %s", gateway, day)
        raise WrongState(_("The gateway does not give its bill just now. Try again, or upload it.")) from None
    return _keep(_by_hand(gateway, days[0], day, actor), lines, clock.now())


def check_books(*, actor: Actor) -> Reconciliation:
    """A person compares the books with themselves. Not to be called inside a transaction: what is stuck is asked about."""
    day = clock.today()
    return _keep(_by_hand(Scope.BOOKS, day - DAY, day, actor), [], clock.now())


def _by_hand(scope: str, since_day: date, day: date, actor: Actor) -> Reconciliation:
    return Reconciliation.objects.create(
        scope=scope, since_day=since_day, day=day, by_hand=True, actor=actor, created_at=clock.now()
    )


def reconcile_due(now: datetime | None = None) -> int:
    """Do what is due of every night's comparisons, also what was missed. Returns how many were done."""
    now = now or clock.now()
    local = timezone.localtime(now)
    scopes = [Scope.BOOKS.value] if local.time() >= BOOKS_AT else []
    scopes += gateways.billing() if local.time() >= BILLS_AT else []
    yesterday = local.date() - DAY
    return sum(_nightly(scope, day, now) for scope in scopes for day in _days_due(scope, yesterday))


def _days_due(scope: str, yesterday: date) -> list[date]:
    """Bills of days that were missed are fetched later. The books are what they are now: one look is enough."""
    nightly = Reconciliation.objects.filter(scope=scope, by_hand=False, status=Status.DONE)
    last = nightly.order_by("-day").values_list("day", flat=True).first()
    if last is None or scope == Scope.BOOKS:
        return [yesterday] if last != yesterday else []
    first = max(last + DAY, yesterday - CATCHES_UP * DAY)
    return [first + n * DAY for n in range((yesterday - first).days + 1)]


def _nightly(scope: str, day: date, now: datetime) -> bool:
    run = _claim(scope, day, now)
    if run is None:
        return False
    try:
        lines = [] if scope == Scope.BOOKS else _lines(scope, [run.since_day, day])
    except (gateways.GatewayError, gateways.BadBill) as error:
        logger.warning("no bill of %s for %s: %s", scope, day, error)
        run.fail(str(error))
        run.save(update_fields=["status", "error"])
        return False
    _keep(run, lines, now)
    return True


@transaction.atomic
def _claim(scope: str, day: date, now: datetime) -> Reconciliation | None:
    """Ours to do now. A process that dies over it leaves it to whoever comes half an hour later."""
    try:
        with transaction.atomic():
            run, _made = Reconciliation.objects.get_or_create(
                scope=scope, day=day, by_hand=False,
                defaults={"since_day": day - DAY, "next_try_at": now, "created_at": now},
            )  # fmt: skip
    except IntegrityError:
        return None
    due = Reconciliation.objects.filter(pk=run.pk, next_try_at__lte=now).exclude(status=Status.DONE)
    run = for_update_skip_locked(due).first()
    if run:
        run.next_try_at = now + TRY_AGAIN
        run.save(update_fields=["next_try_at"])
    return run


def _lines(gateway: str, days: list[date], file: bytes | None = None) -> list[gateways.Line]:
    way = gateways.get(gateway)
    if file is not None:
        return way.read_bill(file)
    return [line for day in days for line in way.read_bill(way.download_bill(day))]


def _keep(run: Reconciliation, lines: list[gateways.Line], now: datetime) -> Reconciliation:
    since, until = clock.midnight(run.since_day), clock.midnight(run.day + DAY)
    if run.scope == Scope.BOOKS:
        look_again(now)
        with repeatable_read():
            wallet = bill.wrongly_booked(gateway=Payment.Gateway.WALLET, since=since, until=until)
            faults = books.invariant_violations() + books.escrow_left(now) + books.stuck(now) + wallet
    else:
        with repeatable_read():
            faults = bill.compare(gateway=run.scope, lines=lines, since=since, until=until)
    return _record(run, faults, lines, now)


def look_again(now: datetime) -> None:
    """Ask the gateways about what is stuck: most of it is not, any more."""
    waiting = books.stuck_payments(now)
    if count := waiting.update(query_at=now):
        query_stuck(now, batch=count)
    for refund in books.stuck_refunds(now):
        ask_refund(refund, now=now)


@transaction.atomic
def _record(
    run: Reconciliation, faults: Iterable[Fault], lines: list[gateways.Line], now: datetime
) -> Reconciliation:
    faults = {(fault.kind, fault.no): fault for fault in faults}
    for_update(Reconciliation.objects.filter(scope=run.scope))[:1].get()  # one at a time of each scope
    ours = Discrepancy.objects.filter(scope=run.scope)
    known = {
        (discrepancy.kind, discrepancy.no): discrepancy
        for discrepancy in for_update(ours.filter(status=Discrepancy.Status.OPEN))
    }
    told = {(f.kind, f.no, f.fen): f for f in ours.filter(settled_by__isnull=False)}
    new = []
    for (kind, no), fault in faults.items():
        again = known.get((kind, no)) or told.get((kind, no, fault.fen))
        if again:
            again.fen, again.last = fault.fen, run
            again.save(update_fields=["fen", "last"])
        else:
            new.append(_open(run, fault, now))
    told_of = {line.no for line in lines}
    for key, discrepancy in known.items():
        covered = run.since_day <= discrepancy.last.since_day and discrepancy.last.day <= run.day
        looked_at = covered or run.scope == Scope.BOOKS or discrepancy.no in told_of
        if looked_at and key not in faults:
            discrepancy.settle(now=now)
            discrepancy.save(update_fields=["status", "note", "settled_by", "settled_at"])
    run.finish(lines=len(lines), found=len(faults), now=now)
    run.save(update_fields=["status", "lines", "found", "error", "done_at", "next_try_at"])
    if new:
        notices.differences_found(run, len(new))
    return run


def _open(run: Reconciliation, fault: Fault, now: datetime) -> Discrepancy:
    discrepancy = Discrepancy.objects.create(
        scope=run.scope, kind=fault.kind, no=fault.no, ref=fault.ref, fen=fault.fen, first=run, last=run,
        created_at=now,
    )  # fmt: skip
    logger.error("reconciliation of %s %s: %s %s %s", run.scope, run.day, fault.kind, fault.no, fault.fen)
    outbox.emit(DiscrepancyFound(discrepancy=discrepancy.pk, kind=discrepancy.kind, ref=discrepancy.ref))
    return discrepancy


@transaction.atomic
def settle_discrepancy(*, discrepancy: Discrepancy, note: str, actor: Actor) -> Discrepancy:
    """Somebody in finance says what it was. Invalid without words; WrongState when it is settled already."""
    if not note.strip():
        raise Invalid(_("Say what it was."))
    one = for_update(Discrepancy.objects.filter(pk=discrepancy.pk)).get()
    if one.status != Discrepancy.Status.OPEN:
        raise WrongState(_("This finding is settled already."))
    one.settle(note=note.strip()[:300], actor=actor, now=clock.now())
    one.save(update_fields=["status", "note", "settled_by", "settled_at"])
    return one
