"""Many say something at once: every line is there once, numbered without a gap, and without the lock this test would
notice.

PostgreSQL only: SQLite writes one transaction after the other whatever the code does.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from chat import services
from chat.models import Conversation, Message, Thread
from orders import services as orders
from orders.requests import ErrandRequest

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CROWD = 12


@pytest.fixture
def order(campus, places, student_lin, wallet_money):
    wallet_money(student_lin, 10_000)
    data = {"pickup": places.parcel_station, "dropoff": places.dorm_north}
    return orders.place_order(
        actor=student_lin, request=ErrandRequest(campus=campus, kind="parcel", **data), gateway="wallet"
    )


def together(*acts) -> list:
    """All acts at the same moment; what each returned, or the IntegrityError that it met."""
    start = Barrier(len(acts))

    def run(act):
        try:
            connection.ensure_connection()
            start.wait(20)
            return act()
        except IntegrityError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def says(order, actor, client: str):
    return lambda: services.send_message(actor=actor, key=f"order-{order.no}", client=client, text=client)


def test_every_line_is_there_once_and_in_a_row(order, student_lin):
    together(*[says(order, student_lin, f"line-{n:04d}") for n in range(CROWD)])
    thread = Thread.objects.get()
    assert list(thread.messages.order_by("seq").values_list("seq", flat=True)) == list(range(1, CROWD + 1))
    assert thread.seq == CROWD


def test_one_line_sent_twelve_times_is_one_line(order, student_lin):
    lines = together(*[says(order, student_lin, "the-same-line")] * CROWD)
    assert len({line.pk for line in lines}) == 1
    assert Message.objects.count() == 1


def test_one_person_asking_in_twelve_windows_has_one_conversation(student_lin):
    together(
        *[
            lambda n=n: services.contact_support(actor=student_lin, client=f"line-{n:04d}", text="hello")
            for n in range(CROWD)
        ]
    )
    assert Conversation.objects.count() == 1
    assert Message.objects.filter(author=student_lin).count() == CROWD


def test_without_the_lock_it_would_go_wrong(order, student_lin, monkeypatch):
    """The negative control: two read the same last number, and the database refuses one of them."""
    says(order, student_lin, "first-line")()
    both = Barrier(2)

    def unlocked(queryset):
        rows = list(queryset)
        both.wait(20)

        class Read:
            def get(self):
                return rows[0]

        return Read()

    monkeypatch.setattr(services, "for_update", unlocked)
    outcomes = together(says(order, student_lin, "line-one"), says(order, student_lin, "line-two"))
    assert [type(outcome) for outcome in outcomes].count(IntegrityError) == 1
