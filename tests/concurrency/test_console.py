"""Ten operators press at once: one has the ticket, one payment is made. PostgreSQL only, as in test_grab."""

from contextlib import contextmanager
from threading import Barrier

import pytest

from accounts.models import StaffRole
from core.errors import TooLate
from exceptions.actions import run_action
from exceptions.library.loading import load_library
from exceptions.models import Ticket
from exceptions.tickets import lifecycle, services
from exceptions.tickets.services import handling
from orders import services as orders
from orders.requests import ErrandRequest
from payments.services import balance
from tests import factories
from tests.concurrency.crowd import refusals, together, won

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CROWD = 10


@pytest.fixture
def operators(campus):
    """Ten operators of the campus."""
    people = [factories.UserFactory(is_staff=True) for _ in range(CROWD)]
    for person in people:
        factories.StaffRoleFactory(user=person, campus=campus, role=StaffRole.Role.SUPPORT)
    return people


@pytest.fixture
def ticket(campus, places, student_lin, wallet_money, operators) -> Ticket:
    load_library()
    wallet_money(student_lin, 10_000)
    order = orders.place_order(
        actor=student_lin,
        request=ErrandRequest(
            campus=campus, kind="parcel", pickup=places.parcel_station, dropoff=places.dorm_north
        ),
        gateway="wallet",
    )
    return services.report(order=order, type="stalled_unassigned", source="event")


def presses(people, act) -> list:
    return [lambda one=one: act(one) for one in people]


def test_exactly_one_of_ten_has_the_ticket(ticket, operators):
    claimed = together(*presses(operators, lambda person: services.claim(ticket=ticket, actor=person)))
    assert len(won(claimed)) == 1
    assert refusals(claimed) == {TooLate}
    ticket.refresh_from_db()
    assert ticket.assignee in operators
    assert ticket.events.filter(kind="claimed").count() == 1


def test_without_the_lock_this_would_be_noticed(ticket, operators, monkeypatch):
    @contextmanager
    def unlocked(pk):
        yield Ticket.objects.select_related("order", "type", "courier").get(pk=pk)

    gate = Barrier(CROWD)

    def late(*args, **kwargs):
        gate.wait(20)  # all have looked before the first one writes
        return lifecycle.save_transition(*args, **kwargs)

    monkeypatch.setattr(handling, "lock_ticket", unlocked)
    monkeypatch.setattr(handling, "save_transition", late)

    def claim(person):
        from django.db import transaction

        with transaction.atomic():
            return services.claim(ticket=ticket, actor=person)

    assert len(won(together(*presses(operators, claim)))) == CROWD


def test_ten_presses_of_one_button_pay_once(ticket, operators, student_lin):
    params = {"amount_fen": 300, "grade": "", "borne_by": "platform", "text": "Sorry"}
    before = balance("wallet", user=student_lin)
    entries = together(
        *[
            lambda: run_action(
                ticket=ticket, action="compensate", params=params, actor=operators[0], key="one-press"
            )
        ]
        * CROWD
    )
    assert len({entry.pk for entry in entries}) == 1
    assert balance("wallet", user=student_lin) - before == 300
