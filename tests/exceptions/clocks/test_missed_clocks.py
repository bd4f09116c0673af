"""Nothing that runs out is silent: every clock is written down once, and supervisors hear of it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.outbox import drain
from exceptions.tasks import renew_promises
from exceptions.tickets import services
from notifications.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(order, student_lin):
    return services.report(
        order=order, type="other", source="customer", actor=student_lin, description="Where is it?"
    )


def notices(user, kind="clock_missed") -> list[str]:
    drain()
    return list(Notice.objects.filter(user=user, kind=kind).order_by("pk").values_list("title", flat=True))


def test_each_clock_is_heard_of_once(ticket, simulated_clock, supervisor_sun, operator_wang):
    simulated_clock.move_to(ticket.clock_due_at - timedelta(seconds=1))
    assert services.record_missed_clocks() == 0
    simulated_clock.move_to(ticket.respond_by)
    assert services.record_missed_clocks() == 1
    assert services.record_missed_clocks() == 0
    assert notices(supervisor_sun) == ["Time ran out: worked on, first answer"]
    assert notices(operator_wang) == []
    simulated_clock.move_to(ticket.resolve_by)
    assert services.record_missed_clocks() == 1
    assert notices(supervisor_sun)[1:] == ["Time ran out: solution"]
    ticket.refresh_from_db()
    assert ticket.clock_due_at is None
    assert (
        list(ticket.events.filter(kind="clock_missed").values_list("audience", flat=True))
        == ["operators"] * 2
    )


def test_the_people_get_their_apology_and_supervisors_one_notice(
    ticket, simulated_clock, supervisor_sun, student_lin
):
    simulated_clock.move_to(ticket.respond_by)
    renew_promises()
    assert len(notices(supervisor_sun)) == 1
    assert notices(supervisor_sun, "promise_missed") == []
    assert len(notices(student_lin, "ticket_promise_missed")) == 1


def test_what_was_answered_or_settled_in_time_is_not_heard_of(
    ticket, simulated_clock, supervisor_sun, operator_wang
):
    services.claim(ticket=ticket, actor=operator_wang)
    simulated_clock.move_to(ticket.respond_by)
    assert services.record_missed_clocks() == 0
    services.resolve(ticket=ticket, actor=operator_wang, resolution="Found")
    simulated_clock.move_to(ticket.resolve_by)
    assert services.record_missed_clocks() == 0
    assert notices(supervisor_sun) == []


def test_a_reopened_ticket_has_clocks_that_are_heard_of_again(
    ticket, simulated_clock, supervisor_sun, student_lin
):
    simulated_clock.move_to(ticket.respond_by)
    services.record_missed_clocks()
    services.dismiss(ticket=ticket, actor=None, reason="cancelled")
    simulated_clock.advance(hours=1)
    again = services.reopen(ticket=ticket, actor=student_lin, reason="It is still there")
    simulated_clock.move_to(again.respond_by)
    assert services.record_missed_clocks() == 1
    assert len(notices(supervisor_sun)) == 2


def test_before_service_hours_nothing_is_heard(campus, order, student_lin, simulated_clock, supervisor_sun):
    campus.service_hours = "14:00-22:00"
    campus.save()
    ticket = services.report(
        order=order, type="other", source="customer", actor=student_lin, description="Hm"
    )
    simulated_clock.advance(hours=3)
    assert services.record_missed_clocks() == 0
    simulated_clock.move_to(ticket.respond_by)
    assert services.record_missed_clocks() == 1


def test_the_console_says_which_clock_runs_out_next(ticket, client_of, operator_wang, supervisor_sun):
    browser, queue = client_of(operator_wang), reverse("exceptions:console")
    assert 'respond <time class="oc-clock"' in browser.get(queue).text
    services.claim(ticket=ticket, actor=operator_wang)
    assert 'solve <time class="oc-clock"' in browser.get(queue).text
