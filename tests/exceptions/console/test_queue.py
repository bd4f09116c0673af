"""The queue: what stands in it, in which order, how it is narrowed, and what it costs."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from exceptions.actions import run_action
from exceptions.console import selectors
from exceptions.console.figures import kpis
from exceptions.models import ExceptionType, Ticket
from exceptions.tickets import services
from exceptions.tickets.models import TicketStatus
from tests import factories


@pytest.fixture
def ticket(place, operator_wang):
    """ticket(type, respond=minutes): another order of Lin's, with an open ticket whose clock runs out then."""

    def make(code: str = "other", *, respond: float = 5, **fields) -> Ticket:
        made = services.report(order=place(), type=code, source="operator", actor=operator_wang)
        now = clock.now()
        state = {
            "respond_by": now + timedelta(minutes=respond),
            "resolve_by": now + timedelta(hours=2),
            "responded_at": None,
            "assignee": None,
        }
        Ticket.objects.filter(pk=made.pk).update(**state | fields)
        made.refresh_from_db()
        return made

    return make


def rows(campus, user, **query) -> list[str]:
    return [row.no for row in selectors.queue([campus], user, selectors.Filters.read(query)).rows]


def test_the_clock_that_runs_out_next_comes_first(campus, operator_wang, ticket):
    later, soon, late = ticket(respond=9), ticket(respond=2), ticket(respond=-1)
    answered = ticket(responded_at=clock.now(), resolve_by=clock.now() + timedelta(minutes=4))
    asked = ticket(
        respond=1, status=TicketStatus.WAITING_PARTY, asked_party="courier",
        answer_by=clock.now() + timedelta(minutes=20), responded_at=clock.now(),
    )  # fmt: skip
    assert rows(campus, operator_wang) == [late.no, soon.no, answered.no, later.no, asked.no]
    for row in selectors.queue([campus], operator_wang, selectors.Filters()).rows:
        assert (
            row.ticket.due == row.ticket.next_due == row.ticket.case_due
        )  # the database and the model agree


def test_tabs(campus, operator_wang, supervisor_sun, ticket):
    mine, theirs, free, done = ticket(), ticket(), ticket(), ticket()
    services.claim(ticket=mine, actor=operator_wang)
    services.claim(ticket=theirs, actor=supervisor_sun)
    services.resolve(ticket=done, actor=operator_wang, resolution="Found it")
    assert set(rows(campus, operator_wang)) == {mine.no, theirs.no, free.no}
    assert rows(campus, operator_wang, tab="mine") == [mine.no]
    assert rows(campus, operator_wang, tab="unclaimed") == [free.no]
    assert rows(campus, operator_wang, tab="done") == [done.no]
    counts = selectors.queue([campus], operator_wang, selectors.Filters()).counts
    assert counts == {"all": 3, "mine": 1, "unclaimed": 1, "done": 1}


def test_filters(campus, operator_wang, places, place, ticket):
    loss, minor = ticket("lost_in_relay"), ticket("other")
    elsewhere = services.report(
        order=place(dropoff=places.print_shop), type="other", source="operator", actor=operator_wang
    )
    assert rows(campus, operator_wang, type="lost_in_relay") == [loss.no]
    assert rows(campus, operator_wang, severity=str(loss.severity)) == [loss.no]
    assert rows(campus, operator_wang, zone=str(places.print_shop.zone_id)) == [elsewhere.no]
    assert rows(campus, operator_wang, q=minor.order.no.lower()) == [minor.no]
    assert rows(campus, operator_wang, q=minor.no) == [minor.no]
    assert rows(campus, operator_wang, q="NOSUCH") == []


def test_nonsense_in_the_address_is_no_filter(campus, operator_wang, ticket):
    one = ticket()
    query = {"severity": "x", "zone": "9" * 30, "tab": "nonsense"}
    assert rows(campus, operator_wang, **query) == [one.no]


def test_a_number_finds_what_was_settled_long_ago(campus, operator_wang, ticket, simulated_clock):
    old = ticket()
    services.resolve(ticket=old, actor=operator_wang, resolution="Found it")
    simulated_clock.advance(days=30)
    assert rows(campus, operator_wang) == []
    assert rows(campus, operator_wang, q=old.no) == [old.no]


def test_figures(campus, operator_wang, ticket, walk, place, simulated_clock, courier_zhao, courier_qian):
    late, soon = ticket(respond=-1), ticket(respond=2)
    ticket(respond=60)
    figures = kpis([campus])
    assert (figures.open, figures.late, figures.soon) == (3, 1, 1)
    assert (figures.live, figures.on_duty, figures.couriers) == (3, 2, 2)
    assert figures.unanswered == 3
    assert figures.response_text == "0:00"
    simulated_clock.advance(minutes=1, seconds=30)
    services.claim(ticket=soon, actor=operator_wang)
    figures = kpis([campus])
    assert figures.response == timedelta(minutes=1, seconds=30)  # of the two others: until now
    assert figures.response_text == "1:30"
    assert figures.unanswered == 2
    assert figures.on_time is None
    walk(place(), "delivered")
    assert kpis([campus]).on_time == 100.0
    late.refresh_from_db()
    Ticket.objects.filter(pk=late.pk).update(
        opened_at=clock.now() - timedelta(days=1), responded_at=clock.now()
    )
    figures = kpis([campus])
    assert figures.response_before is not None
    assert figures.response_change == round(100 * (figures.response / figures.response_before - 1))


def test_what_was_compensated_today(campus, operator_wang, overdue, simulated_clock):
    run_action(
        ticket=overdue, action="compensate", actor=operator_wang, key="k",
        params={"amount_fen": 300, "grade": "", "borne_by": "platform", "text": "Sorry"},
    )  # fmt: skip
    figures = kpis([campus])
    assert (figures.paid, figures.payments) == (300, 1)
    simulated_clock.advance(days=1)
    assert kpis([campus]).paid == 0


def test_an_empty_queue_says_that_all_is_well(client_of, operator_wang, library):
    page = client_of(operator_wang).get(reverse("exceptions:console")).content.decode()
    assert "All is well" in page
    assert "No ticket is waiting" in page
    assert (
        "Nothing matches"
        in client_of(operator_wang).get(reverse("exceptions:console_queue"), {"q": "NOSUCH"}).content.decode()
    )


def queries_of(browser, address) -> int:
    browser.get(address)  # the session, the content types and the like
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert browser.get(address, headers={"HX-Request": "true"}).status_code == 200
    return len(captured)


def test_fifty_tickets_cost_no_more_queries_than_five(client_of, operator_wang, ticket):
    browser = client_of(operator_wang)
    kinds = list(ExceptionType.objects.values_list("code", flat=True)[:5])
    first, *_others = [ticket(code) for code in kinds]
    addresses = [
        reverse("exceptions:console") + f"?t={first.no}",
        reverse("exceptions:console_queue"),
        reverse("exceptions:console_figures"),
        reverse("exceptions:console_parts", args=[first.no]),
        reverse("exceptions:console_toast") + f"?t={first.no}",
        reverse("admin:exceptions_ticket_changelist"),
        reverse("admin:index"),
        reverse("analytics:today") + "?days=7",
    ]
    five = {address: queries_of(browser, address) for address in addresses}
    for _ in range(9):
        for code in kinds:
            ticket(code)
    assert Ticket.objects.count() == 50
    assert {address: queries_of(browser, address) for address in addresses} == five
    assert max(five.values()) < 60


def test_twenty_couriers_on_duty_cost_no_more_queries_than_two(client_of, operator_wang, ticket):
    browser, waiting = client_of(operator_wang), ticket("stalled_unassigned")
    address = reverse("exceptions:console") + f"?t={waiting.no}"
    factories.CourierFactory.create_batch(2, campus=waiting.campus, on_duty=True)
    two = queries_of(browser, address)
    factories.CourierFactory.create_batch(18, campus=waiting.campus, on_duty=True)
    assert queries_of(browser, address) == two


def test_the_menu_counts_the_open_tickets(client_of, operator_wang, ticket):
    ticket(), ticket()
    browser = client_of(operator_wang)
    assert browser.get(reverse("exceptions:console_pulse")).json() == {"open": 2}
    menu = browser.get(reverse("admin:index")).content.decode()
    assert re.search(r"Exception console</span>\s*<span[^>]*>\s*2\s*</span>", menu)
