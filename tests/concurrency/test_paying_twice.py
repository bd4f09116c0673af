"""Two operators have the dialog of one ticket open and press at the same moment: one payment. PostgreSQL only."""

from threading import Barrier

import pytest

from accounts.models import StaffRole
from exceptions.actions import money, run_action
from exceptions.library.loading import load_library
from exceptions.models import Ruling, Ticket
from exceptions.tickets import lifecycle, services
from orders import services as orders
from orders.requests import ErrandRequest
from payments.services import balance
from tests import factories
from tests.concurrency.crowd import refusals, together, won

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
FIVE = {"amount_fen": 500, "grade": "", "borne_by": "platform", "text": "Sorry", "given_fen": 0}


@pytest.fixture
def operators(campus):
    """Wang and Zhou."""
    people = [factories.UserFactory(is_staff=True, name=name) for name in ("Wang Lei", "Zhou Min")]
    for person in people:
        factories.StaffRoleFactory(user=person, campus=campus, role=StaffRole.Role.SUPPORT)
    return people


@pytest.fixture
def ticket(campus, places, student_lin, wallet_money) -> Ticket:
    load_library()
    wallet_money(student_lin, 10_000)
    request = ErrandRequest(
        campus=campus, kind="parcel", pickup=places.parcel_station, dropoff=places.dorm_north
    )
    order = orders.place_order(actor=student_lin, request=request, gateway="wallet")
    return services.report(order=order, type="stalled_unassigned", source="event")


def press(ticket, person):
    return lambda: run_action(
        ticket=ticket, action="compensate", params=FIVE, actor=person, key=f"press of {person.name}"
    )


def test_one_of_two_pays_and_the_other_is_told(ticket, operators, student_lin):
    before = balance("wallet", user=student_lin)
    results = together(*[press(ticket, person) for person in operators])
    assert len(won(results)) == 1
    assert refusals(results) == {money.PreviewOutdated}
    assert balance("wallet", user=student_lin) - before == 500
    assert Ruling.objects.count() == 1


def test_without_the_lock_of_the_order_both_would_pay(ticket, operators, student_lin, monkeypatch):
    gate, look = Barrier(2), money.given_for

    def looked(order):
        given = look(order)
        gate.wait(20)  # both have looked before the first one pays
        monkeypatch.setattr(money, "given_for", look)
        return given

    monkeypatch.setattr(lifecycle, "for_update", lambda queryset: queryset)
    monkeypatch.setattr(money, "given_for", looked)
    before = balance("wallet", user=student_lin)
    assert len(won(together(*[press(ticket, person) for person in operators]))) == 2
    assert balance("wallet", user=student_lin) - before == 1000
