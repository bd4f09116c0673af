"""An answer that was promised and does not come: an apology, a new time, and supervisors who hear of it, once each."""

from datetime import timedelta

import pytest

from core import clock
from exceptions.models import TicketStatus
from exceptions.tickets import services
from notifications.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(order, student_lin):
    return services.report(
        order=order, type="other", source="customer", actor=student_lin, description="Where is it?"
    )


def told(user, kind):
    return Notice.objects.filter(user=user, kind=kind)


@pytest.fixture
def missed(ticket, simulated_clock, supervisor_sun):
    simulated_clock.move_to(ticket.respond_by)
    assert services.renew_promises() == 1
    ticket.refresh_from_db()
    return ticket


def test_not_before_its_time(ticket, simulated_clock):
    simulated_clock.move_to(ticket.respond_by - timedelta(seconds=1))

    assert services.renew_promises() == 0


def test_the_customer_gets_an_apology_and_a_new_time(missed, student_lin, client_of):
    assert missed.news_by >= clock.now() + timedelta(minutes=10)
    notice = told(student_lin, "ticket_promise_missed").get()
    assert "Sorry, you have not heard from us by" in notice.title
    assert clock.day_time(missed.news_by) in notice.body
    page = client_of(student_lin).get(f"/tickets/{missed.no}/").text
    assert "We had promised an answer by" in page
    assert clock.hour_minute(missed.news_by) in page


def test_supervisors_hear_of_it_once(missed, supervisor_sun, operator_wang):
    assert services.renew_promises() == 0
    assert told(supervisor_sun, "promise_missed").count() == 1
    assert not told(operator_wang, "promise_missed").exists()


def test_the_clock_of_the_case_runs_as_it_did(ticket, missed):
    assert (missed.respond_by, missed.responded_at) == (ticket.respond_by, None)
    assert missed.news_due == missed.news_by > missed.next_due


def test_each_further_miss_is_another_one_and_gives_longer(missed, simulated_clock, supervisor_sun):
    first = missed.news_by - clock.now()
    simulated_clock.move_to(missed.news_by)
    assert services.renew_promises() == 1
    missed.refresh_from_db()

    assert missed.news_by - clock.now() == 2 * first
    assert told(supervisor_sun, "promise_missed").count() == 2


def test_who_is_asked_has_a_clock_of_their_own_and_what_is_settled_none(
    missed, simulated_clock, operator_wang
):
    services.claim(ticket=missed, actor=operator_wang)
    services.resolve(ticket=missed, actor=operator_wang, resolution="found")
    simulated_clock.advance(hours=5)

    assert services.renew_promises() == 0
    missed.refresh_from_db()
    assert (missed.status, missed.news_due) == (TicketStatus.RESOLVED, None)


def test_once_somebody_has_answered_the_solution_is_what_was_promised(
    ticket, simulated_clock, operator_wang, student_lin
):
    services.claim(ticket=ticket, actor=operator_wang)
    simulated_clock.move_to(ticket.respond_by)
    assert services.renew_promises() == 0
    simulated_clock.move_to(ticket.resolve_by)
    assert services.renew_promises() == 1
