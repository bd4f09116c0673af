"""A deadline passes: the scanner opens a ticket, once, with its log, history and event."""

from datetime import timedelta

import pytest
from django.db import connection

from core import clock, outbox
from core.models import OutboxEvent
from exceptions.actions import run_action
from exceptions.detection import sql
from exceptions.detection.alarms import PUSH_BACK, STALLED
from exceptions.detection.scanner import scan
from exceptions.models import ExceptionType, ScanFailure, Ticket, TicketEvent
from exceptions.tickets import services
from orders.models import History, Order

pytestmark = pytest.mark.django_db
REPEAT_AFTER = timedelta(minutes=15)


def test_nothing_is_due_nothing_happens(order):
    assert scan().tickets == 0
    assert not Ticket.objects.exists()


@pytest.mark.raises_type("overdue")
def test_the_promise_passes(order, walk, simulated_clock, courier_zhao):
    walk(order, "picked_up")
    Order.objects.update(stage_due_at=None)
    version = order.version
    simulated_clock.move_to(order.promised_at)
    with outbox.deferred_delivery():
        result = scan()
    assert (result.tickets, result.failures) == (1, 0)
    ticket = Ticket.objects.get()
    assert (ticket.type_id, ticket.status, ticket.source) == ("overdue", "open", "scanner")
    assert (ticket.order, ticket.campus, ticket.courier) == (order, order.campus, courier_zhao)
    assert ticket.leg == order.legs.get()
    assert ticket.severity == ExceptionType.Severity.PROMISE
    assert ticket.opened_at == clock.now()
    assert ticket.respond_by == clock.now() + timedelta(minutes=3)
    assert ticket.resolve_by == clock.now() + timedelta(minutes=20)
    entry = ticket.events.get()
    assert (entry.kind, entry.audience, entry.at) == ("opened", "everyone", clock.now())
    told = History.objects.get(order=order, machine="ticket")
    assert told.data == {"ticket": ticket.no, "type": "overdue"}
    event = OutboxEvent.objects.get(name="exceptions.tickets_opened")
    assert event.payload == {"tickets": [ticket.pk]}
    order.refresh_from_db()
    assert order.promise_due_at is None
    assert order.version == version + 1


@pytest.mark.parametrize(
    "stage, type_code, carried",
    [
        (None, "stalled_unassigned", False),
        ("assigned", "stalled_pickup", True),
        ("picked_up", "stalled_delivery", True),
    ],
)
@pytest.mark.raises_type("stalled_unassigned", "stalled_pickup", "stalled_delivery")
def test_each_stage_has_its_own_type(order, walk, simulated_clock, courier_zhao, stage, type_code, carried):
    if stage:
        walk(order, stage)
    simulated_clock.move_to(order.stage_due_at)
    Order.objects.update(promise_due_at=None)
    assert scan().tickets == 1
    ticket = Ticket.objects.get()
    assert ticket.type_id == type_code
    assert ticket.courier == (courier_zhao if carried else None)


def test_a_scan_is_repeated_without_effect(order, simulated_clock):
    simulated_clock.move_to(order.promised_at + timedelta(hours=1))
    assert scan().tickets == 2  # overdue and nobody has taken it
    assert scan().tickets == 0
    assert TicketEvent.objects.filter(kind="opened").count() == 2


def test_many_batches_and_events(place, simulated_clock, monkeypatch):
    monkeypatch.setattr(sql, "TICKETS_PER_EVENT", 2)
    orders = [place() for _ in range(7)]
    Order.objects.update(stage_due_at=None)
    simulated_clock.move_to(max(order.promised_at for order in orders))
    with outbox.deferred_delivery():
        assert scan(batch=3).tickets == 7
    named = [
        event.payload["tickets"] for event in OutboxEvent.objects.filter(name="exceptions.tickets_opened")
    ]
    assert sorted(map(len, named)) == [1, 1, 1, 2, 2]
    assert sorted(pk for part in named for pk in part) == sorted(Ticket.objects.values_list("pk", flat=True))


def test_the_severity_is_frozen_when_it_opens(order, simulated_clock):
    ExceptionType.objects.filter(pk="overdue").update(severity=1, respond_minutes=7)
    simulated_clock.move_to(order.promised_at)
    scan()
    ticket = Ticket.objects.get(type="overdue")
    ExceptionType.objects.filter(pk="overdue").update(severity=4)
    ticket.refresh_from_db()
    assert (ticket.severity, ticket.respond_by) == (1, clock.now() + timedelta(minutes=7))


def test_a_type_that_was_switched_off_rings_no_more(order, simulated_clock):
    ExceptionType.objects.filter(pk="overdue").update(is_active=False)
    Order.objects.update(stage_due_at=None)
    simulated_clock.move_to(order.promised_at)
    assert scan().tickets == 0
    order.refresh_from_db()
    assert order.promise_due_at is None


def test_a_library_that_was_never_loaded_loads_itself(order, simulated_clock):
    ExceptionType.objects.all().delete()
    simulated_clock.move_to(order.promised_at)
    scan()
    assert Ticket.objects.filter(type="overdue").count() == 1


def test_an_unresolved_ticket_stays_the_only_one_and_is_rung_again(order, walk, simulated_clock, student_lin):
    walk(order, "picked_up")
    Order.objects.update(stage_due_at=None)
    mine = services.report(
        order=order, type="overdue", source="customer", actor=student_lin, description="Where?"
    )
    simulated_clock.move_to(order.promised_at)
    result = scan()
    assert (result.tickets, result.repeated) == (0, 1)
    assert list(Ticket.objects.all()) == [mine]
    assert mine.events.filter(kind="alarm_repeated").count() == 1
    before, mine_now = mine.version, Ticket.objects.get()
    assert mine_now.version == before + 1


# -- Never forgotten -----------------------------------------------------------------------------------------


def test_what_is_still_late_when_its_ticket_is_settled_rings_again(overdue, operator_wang, simulated_clock):
    services.resolve(ticket=overdue, actor=operator_wang, resolution="Called the courier")
    overdue.order.refresh_from_db()
    assert overdue.order.promise_due_at == clock.now() + REPEAT_AFTER
    simulated_clock.advance(minutes=15)
    scan()
    assert overdue.order.tickets.filter(type="overdue").count() == 2


def test_a_false_alarm_rings_again_too(order, simulated_clock, operator_wang):
    simulated_clock.move_to(order.stage_due_at)
    scan()
    ticket = Ticket.objects.get(type="stalled_unassigned")
    services.dismiss(ticket=ticket, actor=operator_wang, reason="Somebody is coming")
    order.refresh_from_db()
    assert order.stage_due_at == clock.now() + REPEAT_AFTER


def test_an_extended_promise_is_not_overwritten(overdue, operator_wang):
    run_action(
        ticket=overdue,
        action="extend_promise",
        params={"minutes": 20, "cause": "peak"},
        actor=operator_wang,
        key="1",
    )
    services.resolve(ticket=overdue, actor=operator_wang, resolution="New time agreed")
    order = Order.objects.get(pk=overdue.order_id)
    assert order.promise_due_at == order.promised_at == clock.now() + timedelta(minutes=20)


def test_what_was_delivered_is_left_in_peace(overdue, walk, operator_wang, simulated_clock):
    simulated_clock.advance(minutes=12)
    walk(overdue.order, "delivered")
    services.resolve(ticket=overdue, actor=operator_wang, resolution="Arrived")
    order = Order.objects.get(pk=overdue.order_id)
    assert (order.promise_due_at, order.stage_due_at) == (None, None)


# -- Bad rows, killed scanners, clocks that jump -------------------------------------------------------------


def poison(order: Order) -> None:
    """The database refuses a ticket for this order."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"CREATE TRIGGER poison BEFORE INSERT ON exceptions_ticket WHEN NEW.order_id = {order.pk}"
                " BEGIN SELECT RAISE(ABORT, 'poisoned'); END"
            )
        else:
            cursor.execute(
                "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF NEW.order_id = {order.pk} THEN RAISE EXCEPTION 'poisoned'; END IF; RETURN NEW; END $$"
            )
            cursor.execute(
                "CREATE TRIGGER poison BEFORE INSERT ON exceptions_ticket FOR EACH ROW EXECUTE FUNCTION poison()"
            )


def heal() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER poison")
        else:
            cursor.execute("DROP TRIGGER poison ON exceptions_ticket")
            cursor.execute("DROP FUNCTION poison")


def test_one_bad_row_is_pushed_back_and_the_others_go_on(place, simulated_clock):
    orders = [place() for _ in range(9)]
    bad = orders[4]
    Order.objects.update(stage_due_at=None)
    simulated_clock.move_to(max(order.promised_at for order in orders))
    now = clock.now()
    poison(bad)
    result = scan(batch=4)
    assert (result.tickets, result.failures) == (8, 1)
    bad.refresh_from_db()
    assert bad.promise_due_at == now + PUSH_BACK
    failure = ScanFailure.objects.get()
    assert (failure.order, failure.rule, failure.failures) == (bad, "overdue", 1)
    assert "poisoned" in failure.error
    assert scan().failures == 0  # not before its time

    simulated_clock.advance(minutes=5)
    assert scan().failures == 1
    assert ScanFailure.objects.get().failures == 2

    heal()
    simulated_clock.advance(minutes=5)
    assert scan().tickets == 1
    assert Ticket.objects.filter(order=bad).count() == 1


def test_a_row_that_cannot_even_be_pushed_back_stops_nothing(place, simulated_clock, monkeypatch):
    from django.db import DataError

    orders = [place() for _ in range(3)]
    Order.objects.update(stage_due_at=None)
    simulated_clock.move_to(max(order.promised_at for order in orders))
    poison(orders[0])

    def refuse(*args):
        raise DataError("no")

    monkeypatch.setattr(sql, "push_back", refuse)
    result = scan(batch=2)
    assert (result.tickets, result.failures) == (2, 1)


def test_a_scanner_that_dies_half_way_leaves_nothing_half_done(order, simulated_clock, monkeypatch):
    simulated_clock.move_to(order.promised_at + timedelta(hours=1))
    honest = sql.open_tickets

    def die(*args, **kwargs):
        honest(*args, **kwargs)
        raise SystemExit("killed")

    monkeypatch.setattr(sql, "open_tickets", die)
    with pytest.raises(SystemExit):
        scan()
    assert not Ticket.objects.exists()
    assert not OutboxEvent.objects.filter(name__startswith="exceptions.").exists()
    order.refresh_from_db()
    assert order.promise_due_at is not None

    monkeypatch.setattr(sql, "open_tickets", honest)
    assert scan().tickets == 2


def test_a_clock_that_goes_back_opens_nothing_twice(order, simulated_clock):
    promised = order.promised_at
    simulated_clock.move_to(promised)
    first = scan().tickets
    simulated_clock.move_to(promised - timedelta(hours=2))
    assert scan().tickets == 0
    simulated_clock.move_to(promised + timedelta(seconds=1))
    assert scan().tickets == 0
    assert Ticket.objects.count() == first


def test_the_database_going_away_is_nobodys_fault(order, simulated_clock, monkeypatch):
    from django.db import OperationalError

    simulated_clock.move_to(order.promised_at)

    def lost(*args, **kwargs):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(sql, "open_tickets", lost)
    with pytest.raises(OperationalError):
        scan()
    assert not ScanFailure.objects.exists()
    monkeypatch.undo()


def test_idle_costs_one_query(order, django_assert_num_queries):
    with django_assert_num_queries(1):
        scan()


def test_the_task_tells_at_once(order, simulated_clock, student_lin):
    from exceptions.tasks import scan as task

    simulated_clock.move_to(order.stage_due_at)
    assert task() == 1
    assert student_lin.notices.filter(kind="ticket_opened").count() == 1
    assert STALLED.types["placed"] == Ticket.objects.get().type_id
