"""The first promise is kept beside the present one: extending neither erases it nor what being late is worth."""

from datetime import timedelta

import pytest

from core import clock
from exceptions.actions import undo_action
from exceptions.console.buttons import suggestion
from exceptions.console.figures import kpis
from exceptions.tickets import services
from orders import services as orders
from tests.exceptions.actions.running import previewed, run
from tests.exceptions.console.pages import text_of, url

pytestmark = pytest.mark.django_db


def extended(ticket, actor, key="press-1", **params):
    run(ticket, "extend_promise", actor, key=key, **({"minutes": 15, "cause": "peak"} | params))
    ticket.refresh_from_db()
    ticket.order.refresh_from_db()
    return ticket.order


def test_paying_makes_the_first_promise(place, student_lin):
    order = place()
    assert order.first_promised_at == order.late_from == order.promised_at


def test_extending_moves_the_present_promise_alone(overdue, operator_wang):
    first = overdue.order.promised_at
    order = extended(overdue, operator_wang)
    assert order.promised_at == clock.now() + timedelta(minutes=15)
    assert (order.first_promised_at, order.late_from) == (first, first)
    assert order.lateness() == timedelta(minutes=1)


def test_compensation_counts_from_the_first_promise(overdue, operator_wang, simulated_clock):
    extended(overdue, operator_wang)
    simulated_clock.advance(minutes=24)  # 25 late by the first promise, 9 by the second
    assert previewed(overdue, "compensate") == {"customer": 300, "platform": -300}


@pytest.mark.parametrize("cause", ["weather", "entry", "customer"])
def test_what_nobody_can_help_does_not_count(overdue, operator_wang, simulated_clock, cause):
    first = overdue.order.promised_at
    order = extended(overdue, operator_wang, cause=cause)
    assert (order.first_promised_at, order.late_from) == (first, first + timedelta(minutes=15))
    simulated_clock.advance(minutes=24)
    assert order.lateness() == timedelta(minutes=10)


def test_taking_an_excused_extension_back_restores_both(overdue, operator_wang):
    first = overdue.order.promised_at
    run(overdue, "extend_promise", operator_wang, minutes=15, cause="weather")
    entry = overdue.events.get(kind="extend_promise")
    undo_action(ticket=overdue, entry=entry, actor=operator_wang, key="undo")
    overdue.order.refresh_from_db()
    assert (overdue.order.promised_at, overdue.order.late_from) == (first, first)


def test_another_address_is_the_customers_own_wish(order, places, student_lin):
    first = order.promised_at
    quote = orders.quote_address(order, places.canteen)
    moved = orders.change_address(
        order=order,
        actor=student_lin,
        dropoff=places.canteen,
        dropoff_detail="",
        expected_fen=quote.difference_fen,
    )
    assert moved.late_from == moved.promised_at
    assert moved.first_promised_at == first


def test_on_time_counts_from_the_first_promise_and_what_is_late_under_way_counts(
    campus, overdue, operator_wang, walk
):
    assert kpis([campus]).on_time == 0.0  # not delivered yet, and late already
    extended(overdue, operator_wang)
    assert kpis([campus]).live_late == 1
    walk(overdue.order, "delivered")
    figures = kpis([campus])
    assert (figures.due, figures.on_time) == (1, 0.0)


def test_the_same_suggestion_does_not_stand_there_again(overdue, operator_wang):
    offered = suggestion(overdue, None, operator_wang)
    extended(overdue, operator_wang) if offered.action == "extend_promise" else run(
        overdue, offered.action, operator_wang
    )
    overdue.refresh_from_db()
    assert suggestion(overdue, None, operator_wang) is None
    entry = overdue.events.get(kind=offered.action)
    if entry.kind == "extend_promise":
        undo_action(ticket=overdue, entry=entry, actor=operator_wang, key="undo")
        assert suggestion(overdue, None, operator_wang).action == offered.action


def test_the_dialog_says_from_when_lateness_counts(desk, overdue):
    address, first = (
        url("console_action", overdue, "extend_promise"),
        clock.hour_minute(overdue.order.late_from),
    )
    query = {"preview": "1", "minutes": "15", "cause": "peak"}
    assert f"Being late and its compensation still count from {first}." in text_of(desk.get(address, query))
    assert "counts 15 min less" in text_of(desk.get(address, query | {"cause": "weather"}))


def test_console_and_customer_see_both_times(
    desk, client_of, overdue, operator_wang, student_lin, simulated_clock
):
    order = extended(overdue, operator_wang)
    first, new = clock.hour_minute(order.first_promised_at), clock.hour_minute(order.promised_at)
    assert f"first {first}" in text_of(desk.get(url("console_ticket", overdue)))
    browser = client_of(student_lin)
    assert f"first promised by {first}" in text_of(browser.get(f"/o/{order.no}/"))
    page = f"/tickets/{overdue.no}/"
    assert f"It was promised by {first}; the new time is {new}." in text_of(browser.get(page))
    simulated_clock.advance(minutes=16)
    assert "both have passed" in text_of(browser.get(page))


def test_delivered_by_the_new_time_is_still_late_by_the_first(
    order, walk, operator_wang, student_lin, simulated_clock
):
    ticket = services.report(order=order, type="other", source="customer", actor=student_lin)
    walk(order, "picked_up")
    extended(ticket, operator_wang, minutes=40)
    simulated_clock.move_to(order.first_promised_at + timedelta(minutes=20))
    walk(order, "delivered")
    late = order.tickets.get(type="overdue")
    assert late.is_unresolved
    assert previewed(late, "compensate") == {"customer": 300, "platform": -300}
