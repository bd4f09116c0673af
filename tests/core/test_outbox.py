"""Events are delivered, once, whatever fails: handlers, hooks, processes."""

import threading
from contextlib import closing

import pytest
from django.db import IntegrityError, connection, transaction

from core import events, outbox
from core.models import HandlerRun, OutboxEvent
from tests.events import Answered, Said


@pytest.fixture
def handlers(monkeypatch):
    """{name: function} for the event Said."""
    mine = {}
    monkeypatch.setitem(events._subscribers, Said, mine)
    return mine


def say(**fields) -> OutboxEvent:
    with transaction.atomic():
        outbox.emit(Said(**fields))
    return OutboxEvent.objects.latest("pk")


def fail(payload):
    raise ZeroDivisionError("as always")


def test_emit_needs_the_transaction_of_its_change(transactional_db, handlers):
    with pytest.raises(RuntimeError):
        outbox.emit(Said())
    assert not OutboxEvent.objects.exists()


def test_each_handler_runs_once_however_often_is_drained(db, handlers):
    heard = []
    handlers |= {
        "one": lambda p: heard.append(("one", p.n)),
        "two": lambda p: heard.append(("two", p.n)),
    }
    event = say(n=1)
    outbox.drain()
    outbox.drain()
    assert sorted(heard) == [("one", 1), ("two", 1)]
    event.refresh_from_db()
    assert event.due_at is None


def test_events_of_a_handler_are_delivered_too(db, handlers, monkeypatch):
    heard = []
    monkeypatch.setitem(events._subscribers, Answered, {"hear": lambda p: heard.append(p.n)})
    handlers["answer"] = lambda p: outbox.emit(Answered(n=p.n + 1))
    say(n=1)
    assert heard == [2]


def test_a_failure_undoes_its_own_work_only_and_is_tried_again_later(db, handlers, simulated_clock):
    heard, broken = [], [True]

    def shaky(payload):
        OutboxEvent.objects.create(name="work of the shaky one", due_at=None)
        if broken:
            raise ZeroDivisionError

    handlers |= {"shaky": shaky, "sound": lambda p: heard.append(1)}
    event = say()
    run = event.runs.get(handler="shaky")
    assert (run.status, run.attempts, heard) == (HandlerRun.Status.RETRY, 1, [1])
    assert "ZeroDivisionError" in run.error
    assert not OutboxEvent.objects.filter(name="work of the shaky one").exists()

    broken.clear()
    simulated_clock.advance(seconds=1)
    assert outbox.drain() == 0  # not before the two seconds of the first back-off
    simulated_clock.advance(seconds=1)
    assert outbox.drain() == 1
    run.refresh_from_db()
    assert (run.status, run.attempts, run.error) == (HandlerRun.Status.DONE, 2, "")
    assert heard == [1]
    assert OutboxEvent.objects.filter(name="work of the shaky one").count() == 1


def test_pauses_grow_and_the_tenth_failure_is_a_dead_letter_and_tells(
    db, handlers, simulated_clock, monkeypatch
):
    told, pauses = [], []
    monkeypatch.setattr(outbox, "_dead_letter_hooks", [lambda *what: told.append(what)])
    handlers["fails"] = fail
    event = say(n=3)
    while (due := OutboxEvent.objects.get(pk=event.pk).due_at) is not None:
        assert told == []
        pauses.append((due - simulated_clock.time).total_seconds())
        simulated_clock.move_to(due)
        outbox.drain()
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 512]
    run = event.runs.get()
    assert (run.status, run.attempts) == (HandlerRun.Status.DEAD, outbox.MAX_ATTEMPTS)
    assert told == [(event, "fails", "ZeroDivisionError: as always")]
    simulated_clock.advance(days=1)
    assert outbox.drain() == 0


def bury(event, name="fails"):
    run = event.runs.get(handler=name)
    run.status, run.attempts, run.next_try_at = HandlerRun.Status.DEAD, 10, None
    run.save()
    OutboxEvent.objects.filter(pk=event.pk).update(due_at=None)
    return run


def test_a_dead_letter_can_be_requeued(db, handlers):
    heard = []
    handlers |= {"fails": fail, "sound": lambda p: heard.append(1)}
    run = bury(say())
    handlers["fails"] = lambda p: heard.append("mended")
    outbox.requeue(run)
    run.refresh_from_db()
    assert (run.status, run.attempts, heard) == (HandlerRun.Status.DONE, 1, [1, "mended"])


def test_a_hook_that_fails_harms_neither_the_event_nor_the_next_hook(
    db, handlers, simulated_clock, monkeypatch
):
    told = []

    def bad_hook(*what):
        raise ValueError

    monkeypatch.setattr(outbox, "_dead_letter_hooks", [bad_hook, lambda *what: told.append(what)])
    monkeypatch.setattr(outbox, "MAX_ATTEMPTS", 1)
    handlers["fails"] = fail
    event = say()
    assert event.runs.get().status == HandlerRun.Status.DEAD
    assert len(told) == 1


def test_a_row_that_cannot_be_read_is_retried_and_then_a_dead_letter(db, simulated_clock, monkeypatch):
    """It does not vanish, whatever became of its name or fields; and is delivered once the code knows it (again)."""
    told = []
    monkeypatch.setattr(outbox, "_dead_letter_hooks", [lambda *what: told.append(what)])
    rows = [
        OutboxEvent.objects.create(name="test.forgotten"),
        OutboxEvent.objects.create(name="test.said", payload={"n": 1, "loud": True}),
        OutboxEvent.objects.create(name="test.said", payload={"n": "one"}),
    ]
    outbox.drain()
    assert [row.runs.get().status for row in rows] == [HandlerRun.Status.RETRY] * 3
    for _attempt in range(outbox.MAX_ATTEMPTS):
        simulated_clock.advance(minutes=11)
        outbox.drain()
    assert [(row.pk, handler, error) for row, handler, error in told] == [
        (rows[0].pk, outbox.READ, "Unreadable: no event is called test.forgotten"),
        (rows[1].pk, outbox.READ, "Unreadable: test.said has no field loud"),
        (rows[2].pk, outbox.READ, "Unreadable: test.said does not fit its fields: test.said: n is not int"),
    ]
    assert not OutboxEvent.objects.filter(due_at__isnull=False).exists()


def test_a_requeued_row_reaches_its_handlers_when_it_can_be_read(db, handlers, monkeypatch):
    monkeypatch.setattr(outbox, "MAX_ATTEMPTS", 1)
    heard = []
    handlers["hear"] = lambda p: heard.append(p.n)
    row = OutboxEvent.objects.create(name="test.said", payload={"number": 3})
    outbox.drain()
    run = row.runs.get()
    assert (run.handler, run.status) == (outbox.READ, HandlerRun.Status.DEAD)
    OutboxEvent.objects.filter(pk=row.pk).update(payload={"n": 3})
    outbox.requeue(run)
    run.refresh_from_db()
    assert (heard, run.status, row.runs.count()) == ([3], HandlerRun.Status.DONE, 2)


def test_the_limit_leaves_the_rest_to_the_next_drain(db, handlers):
    heard = []
    handlers["hear"] = lambda p: heard.append(p.n)
    with outbox.deferred_delivery():
        for n in range(5):
            say(n=n)
    assert outbox.drain(limit=2) == 2
    assert heard == [0, 1]
    assert outbox.drain() == 3
    assert heard == [0, 1, 2, 3, 4]


def test_tidying_keeps_what_is_young_unfinished_or_dead(db, handlers, simulated_clock):
    handlers["fails"] = lambda p: fail(p) if p.fails else None
    dead, unfinished, old = say(fails=True), say(fails=True), say(fails=False)
    bury(dead)
    simulated_clock.advance(days=15)
    with outbox.deferred_delivery():
        young = say(fails=False)
    OutboxEvent.objects.filter(pk=young.pk).update(due_at=None)
    assert outbox.tidy() == 1
    left = set(OutboxEvent.objects.values_list("pk", flat=True))
    assert left == {dead.pk, unfinished.pk, young.pk}
    assert old.pk not in left


# -- Two processes -----------------------------------------------------------------------------------------


class Elsewhere(threading.Thread):
    """A drain in a thread with a connection of its own, standing still inside the handler until `go_on`."""

    def __init__(self):
        super().__init__(daemon=True)
        self.inside, self.go_on, self.error = threading.Event(), threading.Event(), None

    def run(self):
        with closing(connection):
            try:
                outbox.drain()
            except IntegrityError as error:
                self.error = error

    def hold(self):
        self.inside.set()
        assert self.go_on.wait(20)


def both_drain(handlers) -> tuple[list[str], Elsewhere]:
    """Another drain stands in the middle of an event while this one drains: who handled what?"""
    heard, other = [], Elsewhere()

    def hear(payload):
        if threading.current_thread() is other:
            heard.append("other")
            other.hold()
        else:
            heard.append("me")

    handlers["hear"] = hear
    with outbox.deferred_delivery():
        say()
    other.start()
    assert other.inside.wait(20)
    outbox.drain()
    other.go_on.set()
    other.join(20)
    return heard, other


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_processes_never_handle_the_same_event(handlers):
    heard, other = both_drain(handlers)
    assert heard == ["other"]
    assert other.error is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_they_would(handlers, monkeypatch):
    """The control: the test above can fail. Even then the second one's work is undone by the unique pair."""
    monkeypatch.setattr(outbox, "for_update_skip_locked", lambda queryset: queryset)
    heard, other = both_drain(handlers)
    assert heard == ["other", "me"]
    assert isinstance(other.error, IntegrityError)
    assert HandlerRun.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_process_that_dies_in_the_middle_loses_nothing(handlers):
    """Its connection ends, the database undoes what it had begun, and the sweep delivers the event."""
    heard, other = [], Elsewhere()

    def hear(payload):
        if threading.current_thread() is other:
            OutboxEvent.objects.create(name="half-done", due_at=None)
            other.backend = connection.connection.info.backend_pid
            other.hold()
        heard.append(1)

    handlers["hear"] = hear
    with outbox.deferred_delivery():
        event = say()
    other.run = lambda: _ignore_lost_connection(outbox.drain)
    other.start()
    assert other.inside.wait(20)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [other.backend])
    other.go_on.set()
    other.join(20)
    heard.clear()  # what it did in memory dies with a real process
    while outbox.drain() == 0:
        pass  # until the server has noticed
    assert heard == [1]
    event.refresh_from_db()
    assert event.due_at is None
    assert not OutboxEvent.objects.filter(name="half-done").exists()


def _ignore_lost_connection(function):
    try:
        function()
    except Exception as error:
        assert "terminat" in str(error) or "closed" in str(error)  # noqa: PT017
    finally:
        connection.close()


def test_a_clock_that_is_set_back_holds_up_no_first_delivery(db, handlers, simulated_clock):
    heard = []
    handlers["one"] = lambda p: heard.append(p.n)
    with outbox.deferred_delivery():
        say(n=1)
    simulated_clock.advance(hours=-1)
    outbox.drain()
    assert heard == [1]


def test_a_retry_waits_for_its_time(db, handlers, simulated_clock):
    tries = []
    handlers["one"] = lambda p: (tries.append(1), fail(p))
    say()
    outbox.drain()
    outbox.drain()
    assert len(tries) == 1
    simulated_clock.advance(seconds=3)
    outbox.drain()
    assert len(tries) == 2


def test_those_not_tried_yet_do_not_wait_for_a_retry(db, handlers, simulated_clock):
    """Also when the retry of an earlier one has become due meanwhile, and when the clock was set back."""
    heard = []

    def slow(payload):
        heard.append("slow")
        simulated_clock.advance(seconds=5)

    def back(payload):
        heard.append("back")
        simulated_clock.advance(hours=-1)

    handlers |= {
        "fails": lambda p: (heard.append("fails"), fail(p)),
        "slow": slow,
        "back": back,
        "last": lambda p: heard.append("last"),
    }
    event = say()
    assert heard == ["fails", "slow", "back", "last"]
    assert dict(event.runs.values_list("handler", "status")) == {
        "fails": "retry", "slow": "done", "back": "done", "last": "done",
    }  # fmt: skip
    simulated_clock.advance(hours=1)
    outbox.drain()
    assert heard.count("fails") == 2


def test_an_idle_sweep_asks_once(db, handlers, django_assert_num_queries):
    handlers["hear"] = lambda p: None
    say()
    with django_assert_num_queries(3):  # with the savepoint that stands for its transaction here
        assert outbox.drain() == 0
