"""What was earned, job by job, and what of it can be had."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from delivery import selectors, services
from dispatch import services as dispatch
from orders import services as orders

pytestmark = pytest.mark.django_db


@pytest.fixture
def deliver(open_job, carry, courier_zhao):
    def done(**changes):
        leg = carry(open_job(**changes), courier_zhao, stages=3)
        return services.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)

    return done


def test_today_this_week_and_before(deliver, courier_zhao, simulated_clock):
    old = deliver()
    simulated_clock.advance(days=7)
    monday = deliver(tip_fen=100)
    simulated_clock.advance(days=1)
    today = deliver()
    figures = selectors.earnings(courier_zhao)
    assert (figures.today_fen, figures.today_jobs) == (today.pay_fen, 1)
    assert (figures.week_fen, figures.week_jobs) == (today.pay_fen + monday.pay_fen + 100, 2)
    assert figures.held_fen == old.pay_fen + monday.pay_fen + 100 + today.pay_fen


def test_what_is_confirmed_can_be_withdrawn_a_day_later(deliver, courier_zhao, student_lin, simulated_clock):
    first, second = deliver(), deliver()
    orders.complete_order(order=first.order, actor=student_lin)
    simulated_clock.advance(hours=24)
    orders.release_earnings()
    figures = selectors.earnings(courier_zhao)
    assert (figures.withdrawable_fen, figures.held_fen) == (first.pay_fen, second.pay_fen)


def test_a_bonus_of_the_platform_is_earned_too(
    client_of, open_job, carry, courier_zhao, courier_qian, supervisor_sun
):
    leg = carry(open_job(), courier_qian)
    dispatch.reassign(order=leg.order, actor=supervisor_sun, bonus_fen=250)
    leg = carry(leg.order.legs.get(status="open"), courier_zhao, stages=3)
    services.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    assert selectors.earnings(courier_zhao).today_fen == leg.pay_fen + 250
    text = client_of(courier_zhao).get(reverse("delivery:earnings")).text
    assert "Bonus ¥2.5" in text
    assert selectors.earnings(courier_qian).today_fen == 0


def test_the_list_has_pages_and_no_private_line(client_of, deliver, courier_zhao):
    for _ in range(21):
        deliver()
    client = client_of(courier_zhao)
    first = client.get(reverse("delivery:earnings"))
    assert len(first.context["page_obj"]) == 20
    assert len(client.get(reverse("delivery:earnings") + "?page=2").context["page_obj"]) == 1
    assert client.get(reverse("delivery:earnings") + "?page=nonsense").status_code == 200
    assert "Room 302" not in first.text


def test_queries_do_not_grow_with_jobs(client_of, deliver, courier_zhao):
    client = client_of(courier_zhao)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("delivery:earnings"))
        return len(seen)

    deliver()
    cost()
    one = cost()
    for _ in range(12):
        deliver()
    assert cost() == one


def test_nothing_yet(client_of, courier_zhao):
    assert "Nothing earned yet" in client_of(courier_zhao).get(reverse("delivery:earnings")).text


def test_a_tip_that_went_back_to_the_customer_was_not_earned(
    client_of, open_job, carry, courier_zhao, supervisor_sun
):
    leg = carry(open_job(tip_fen=500), courier_zhao, stages=3)
    services.send_back(order=leg.order, actor=supervisor_sun)
    services.arrive_at_dropoff(leg=leg, actor=courier_zhao.user)
    leg = services.bring_back(leg=leg, actor=courier_zhao.user)
    figures = selectors.earnings(courier_zhao)
    assert leg.tip_fen == 0
    assert figures.today_fen == figures.week_fen == figures.held_fen == leg.pay_fen
    assert selectors.done_jobs(courier_zhao).get().earned_fen == leg.pay_fen
    assert selectors.today(courier_zhao).earned_fen == leg.pay_fen
