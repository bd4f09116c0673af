"""Scanners against each other and against death: each due order gets exactly one ticket.

Only PostgreSQL can show it: SQLite has one writer at a time. The negative control takes the guards away and must see
the doubles, or the test itself would be worth nothing.
"""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, connections, transaction

from core import clock, outbox
from exceptions.detection import sql
from exceptions.detection.alarms import OVERDUE
from exceptions.detection.scanner import scan
from exceptions.library.loading import load_library
from exceptions.models import Ticket, TicketEvent
from orders.models import History, Order
from tests.exceptions.conftest import *  # noqa: F403

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

CONSTRAINT = "one_unresolved_ticket"


@pytest.fixture
def late(place, simulated_clock):
    """late(count): so many orders whose promise has just passed, and no other alarm."""

    def make(count: int) -> list[Order]:
        load_library()
        orders = [place() for _ in range(count)]
        Order.objects.update(stage_due_at=None)
        simulated_clock.move_to(max(order.promised_at for order in orders) + timedelta(seconds=1))
        return orders

    return make


def in_thread(function, *args) -> threading.Thread:
    """Run it on a connection of its own."""

    def work():
        try:
            function(*args)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def is_waiting_for_a_lock(thread: threading.Thread) -> bool:
    """Wait until the other connection stands at a lock of ours (True), or its thread has ended (False)."""
    for _ in range(3000):
        if not thread.is_alive():
            return False
        with connection.cursor() as cursor:
            # Whom we block: pg_locks alone shows the whole server's, other test workers' too.
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM pg_locks"
                " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
            )
            if cursor.fetchone()[0]:
                return True
        thread.join(0.01)
    raise AssertionError("neither done nor waiting")


def second_scanner_while_the_first_is_at_work() -> list:
    """The first scanner has written its batch and not committed yet when the second one looks."""
    found = []

    def second():
        with outbox.deferred_delivery():
            found.append(scan())

    kinds = [
        sql.TicketSpec(
            "placed", "overdue", 3, clock.now() + timedelta(minutes=3), clock.now() + timedelta(minutes=20)
        )
    ]
    with outbox.deferred_delivery(), transaction.atomic():
        first = sql.open_tickets(OVERDUE, kinds, now=clock.now(), limit=100)
        thread = in_thread(second)
        is_waiting_for_a_lock(thread)
    thread.join()
    return [first.opened, *(result.tickets for result in found)]


def test_the_second_scanner_leaves_alone_what_the_first_has_in_hand(late):
    late(5)
    assert second_scanner_while_the_first_is_at_work() == [5, 0]
    assert Ticket.objects.count() == 5
    assert TicketEvent.objects.filter(kind="opened").count() == 5
    assert History.objects.filter(machine="ticket").count() == 5


def test_without_its_guards_there_would_be_two(late, monkeypatch):
    late(5)
    monkeypatch.setattr(sql, "CLAIM", "")
    monkeypatch.setattr(sql._sql(connection.vendor), "once", "")
    constraint = next(c for c in Ticket._meta.constraints if c.name == CONSTRAINT)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Ticket, constraint)
    try:
        second_scanner_while_the_first_is_at_work()
        assert Ticket.objects.count() > 5
    finally:
        TicketEvent.objects.all().delete()
        Ticket.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Ticket, constraint)


def test_many_scanners_share_the_work(late):
    orders = late(40)
    results, barrier = [], threading.Barrier(4)

    def work():
        barrier.wait()
        with outbox.deferred_delivery():
            results.append(scan(batch=3).tickets)

    for thread in [in_thread(work) for _ in range(4)]:
        thread.join()
    # What one had in hand the others left to it, so a last look finds nothing.
    assert sum(results) + scan().tickets == 40
    assert sorted(Ticket.objects.values_list("order", flat=True)) == sorted(order.pk for order in orders)


def test_an_order_that_a_service_holds_is_looked_at_later(late):
    orders = late(3)
    holding, let_go = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Order.objects.select_for_update().get(pk=orders[1].pk)
            holding.set()
            let_go.wait(10)

    thread = in_thread(hold)
    assert holding.wait(10)
    with outbox.deferred_delivery():
        assert scan().tickets == 2
        let_go.set()
        thread.join()
        assert scan().tickets == 1


def test_a_scanner_whose_connection_is_killed_leaves_nothing_half_done(late):
    late(5)
    written, pid, fate = threading.Event(), [], []

    def doomed():
        honest = sql.open_tickets

        def ring_and_wait(*args, **kwargs):
            done = honest(*args, **kwargs)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pid.append(cursor.fetchone()[0])
                written.set()
                cursor.execute("SELECT pg_sleep(30)")  # where it is killed
            return done

        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(sql, "open_tickets", ring_and_wait)
                scan()
        except OperationalError as error:
            fate.append(error)

    thread = in_thread(doomed)
    assert written.wait(10)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", pid)
    thread.join()
    assert len(fate) == 1
    assert not Ticket.objects.exists()
    with outbox.deferred_delivery():
        assert scan().tickets == 5
