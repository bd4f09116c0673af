"""Two operators merge two tickets into each other at the same moment: one wins, and neither waits for ever. PostgreSQL only."""

from contextlib import contextmanager
from threading import Barrier

import pytest
from django.db import transaction
from django.db.utils import OperationalError

from accounts.models import StaffRole
from core.db import for_update
from core.errors import WrongState
from exceptions.library.loading import load_library
from exceptions.models import Ticket, TicketStatus
from exceptions.tickets import services
from orders import services as orders
from orders.models import Order
from orders.requests import ErrandRequest
from tests import factories
from tests.concurrency.crowd import refusals, together, won

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def operator(campus):
    person = factories.UserFactory(is_staff=True)
    factories.StaffRoleFactory(user=person, campus=campus, role=StaffRole.Role.SUPPORT)
    return person


@pytest.fixture
def tickets(campus, places, student_lin, wallet_money) -> list[Ticket]:
    """About two orders of Lin's."""
    load_library()
    wallet_money(student_lin, 20_000)
    request = ErrandRequest(
        campus=campus, kind="parcel", pickup=places.parcel_station, dropoff=places.dorm_north
    )
    placed = [orders.place_order(actor=student_lin, request=request, gateway="wallet") for _ in range(2)]
    return [services.report(order=order, type="stalled_unassigned", source="event") for order in placed]


def crosswise(tickets, operator) -> list:
    one, other = tickets
    return [
        lambda: services.merge(ticket=one, into=other, actor=operator),
        lambda: services.merge(ticket=other, into=one, actor=operator),
    ]


def test_of_two_that_are_merged_into_each_other_one_leads(tickets, operator):
    for _ in range(10):
        merged = together(*crosswise(tickets, operator))
        assert len(won(merged)) == 1
        assert refusals(merged) == {WrongState}
        assert Ticket.objects.filter(status=TicketStatus.MERGED).count() == 1
        services.split(ticket=won(merged)[0], actor=operator)


def test_without_one_order_of_locks_they_would_wait_in_a_circle(tickets, operator, monkeypatch):
    gate = Barrier(2)

    @contextmanager
    def as_asked(*pks):
        with transaction.atomic():
            found = []
            for pk in pks:
                ticket = Ticket.objects.select_related("type", "courier__user", "reporter").get(pk=pk)
                ticket.order = for_update(Order.objects.filter(pk=ticket.order_id)).get()
                found.append(ticket)
                if len(found) == 1:
                    gate.wait(20)  # both have their first before either asks for the second
            yield found

    monkeypatch.setattr("exceptions.tickets.services.merging.lock_tickets", as_asked)
    with pytest.raises(OperationalError, match="deadlock"):
        together(*crosswise(tickets, operator))
