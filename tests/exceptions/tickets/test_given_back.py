"""A job that was given back stays a case until its courier was asked why, whoever has taken it since."""

import pytest

from delivery import services as delivery
from dispatch import services as dispatch
from exceptions.tickets.selectors import holding_pay
from tests.exceptions.actions.running import run
from tests.exceptions.console.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def given_back(order, walk, courier_zhao, simulated_clock):
    """Zhao has accepted Lin's order, and gives it back four minutes later."""
    walk(order, "assigned")
    simulated_clock.advance(minutes=4)
    delivery.give_back(leg=order.legs.latest("pk"), actor=courier_zhao.user, reason="vehicle")
    return order.tickets.get(type="courier_cancelled")


@pytest.mark.raises_type("courier_cancelled")
def test_another_courier_does_not_close_it(given_back, courier_qian):
    dispatch.grab(leg=given_back.order.legs.get(status="open"), courier=courier_qian)
    given_back.refresh_from_db()
    assert given_back.is_unresolved


def test_asking_why_is_suggested_in_one_press(given_back, operator_wang, courier_zhao, client_of):
    page = text_of(client_of(operator_wang).get(f"/admin/console/?t={given_back.no}"))
    assert "Suggested: Ask" in page
    run(given_back, "ask_party", operator_wang)
    given_back.refresh_from_db()
    assert given_back.asked_party == "courier"
    assert "good reason costs nothing" in given_back.events.get(kind="ask_party").text


def test_its_customer_is_not_told_that_one_is_looked_for_any_more(
    given_back, courier_qian, client_of, student_lin
):
    page = f"/tickets/{given_back.no}/"
    assert "another one is being looked for" in text_of(client_of(student_lin).get(page))
    dispatch.grab(leg=given_back.order.legs.get(status="open"), courier=courier_qian)
    shown = text_of(client_of(student_lin).get(page))
    assert "another one is being looked for" not in shown
    assert "Another courier has taken your order over." in shown


def test_who_took_over_is_paid_without_waiting_for_it(given_back, courier_qian):
    dispatch.grab(leg=given_back.order.legs.get(status="open"), courier=courier_qian)
    assert holding_pay([given_back.order_id]) == set()
