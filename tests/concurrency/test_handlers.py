"""The handlers of one event lock what they like: none keeps its locks while the next one runs."""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from core import events, outbox
from core.db import for_update
from core.models import HandlerRun, Lease
from tests.events import Said

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PATIENCE = 20


def lock(name: str) -> None:
    for_update(Lease.objects.filter(name=name)).get()


class Opposite(threading.Thread):
    """Locks "order", and once the first handler has locked "leg" wants that too, in one transaction."""

    def __init__(self):
        super().__init__(daemon=True)
        self.has_order, self.leg_is_locked, self.error = threading.Event(), threading.Event(), None

    def run(self):
        try:
            with transaction.atomic():
                lock("order")
                self.has_order.set()
                assert self.leg_is_locked.wait(PATIENCE)
                lock("leg")
        except OperationalError as error:
            self.error = error
        finally:
            connection.close()


@pytest.fixture
def delivered(monkeypatch):
    """delivered(): one event whose first handler locks "leg" and whose second one locks "order", drained while another
    transaction locks them the other way round. Its error, and the runs."""

    def deliver() -> tuple[OperationalError | None, dict[str, HandlerRun]]:
        Lease.objects.bulk_create([Lease(name="order"), Lease(name="leg")])
        other = Opposite()

        def first(event):
            lock("leg")
            # Soon, while this transaction is still open: the other one waits for it to end.
            threading.Timer(0.2, other.leg_is_locked.set).start()
            other.leg_is_locked.wait(PATIENCE)

        monkeypatch.setitem(
            events._subscribers, Said, {"first": first, "second": lambda event: lock("order")}
        )
        with outbox.deferred_delivery(), transaction.atomic():
            outbox.emit(Said())
        other.start()
        assert other.has_order.wait(PATIENCE)
        outbox.drain()
        other.join(PATIENCE)
        return other.error, {run.handler: run for run in HandlerRun.objects.all()}

    return deliver


def test_handlers_of_one_event_wait_for_nobody_in_a_circle(delivered):
    error, runs = delivered()
    assert error is None
    assert {name: (run.status, run.attempts) for name, run in runs.items()} == {
        "first": ("done", 1), "second": ("done", 1),
    }  # fmt: skip


def test_in_one_transaction_they_would(delivered, monkeypatch):
    """The negative control: with one transaction for the whole event the database has to end one of the two."""
    alone = outbox._deliver_next

    def in_one_transaction() -> bool:
        with transaction.atomic():
            return alone()

    monkeypatch.setattr(outbox, "_deliver_next", in_one_transaction)
    error, runs = delivered()
    assert "deadlock" in str(error or runs["second"].error)


def test_what_a_process_left_half_delivered_another_one_ends(monkeypatch):
    """The first handler's work and its run are committed before the second one begins, and are not done again."""
    heard = []

    class Died(BaseException):
        pass

    def second(event):
        if heard == ["first"]:
            heard.append("died")
            raise Died
        heard.append("second")

    monkeypatch.setitem(
        events._subscribers, Said, {"first": lambda event: heard.append("first"), "second": second}
    )
    with outbox.deferred_delivery(), transaction.atomic():
        outbox.emit(Said())
    with pytest.raises(Died):
        outbox.drain()
    assert list(HandlerRun.objects.values_list("handler", "status")) == [("first", "done")]
    assert outbox.drain() == 1
    assert heard == ["first", "died", "second"]
