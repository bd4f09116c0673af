"""One case: what is open about one order is one row and one page, worked as one; each ticket keeps its own clocks and log."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exceptions.console import selectors
from exceptions.console.figures import kpis
from exceptions.models import ExceptionType, Ticket, TicketStatus
from exceptions.tickets import services
from notifications.models import Notice
from tests.exceptions.actions.running import run
from tests.exceptions.console.pages import text_of, url
from tests.factories import StaffRoleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def stalled(overdue) -> Ticket:
    """Besides being late, Lin's order does not move: the scanner has noticed that too. As grave as being late."""
    return overdue.order.tickets.get(type="stalled_delivery")


@pytest.fixture
def accident(overdue, courier_zhao) -> Ticket:
    """Zhao has had an accident with the order that is late."""
    return services.report(
        order=overdue.order,
        type="courier_accident",
        source="courier",
        actor=courier_zhao.user,
        description="I fell",
    )


def shown(campus, user, **query) -> list[list[str]]:
    """The rows as lists of types, the leading one first."""
    found = selectors.queue([campus], user, selectors.Filters.read(query))
    return [[ticket.type_id for ticket in row.tickets] for row in found.rows]


# -- In the queue ------------------------------------------------------------------------------------------------


def test_the_tickets_of_one_order_are_one_row_and_the_gravest_leads(campus, operator_wang, accident):
    [row] = shown(campus, operator_wang)
    assert row[0] == "courier_accident"
    assert set(row) == {"courier_accident", "overdue", "stalled_delivery"}
    assert selectors.open_count([campus]) == kpis([campus]).open == 1


def test_as_grave_ones_are_led_by_the_clock_that_runs_out_first(campus, operator_wang, overdue, stalled):
    first = min((overdue, stalled), key=lambda ticket: (ticket.next_due, ticket.pk))
    assert shown(campus, operator_wang)[0][0] == first.type_id


def test_the_row_shows_the_clock_of_the_case_that_runs_out_first(
    campus, operator_wang, overdue, accident, desk, simulated_clock
):
    run(accident, "ask_party", operator_wang, minutes=60, party="courier")
    [row] = selectors.queue([campus], operator_wang, selectors.Filters()).rows
    assert row.ticket == accident  # the gravest leads, though it waits for an answer for an hour
    assert row.urgent.pk == overdue.pk
    assert row.ticket.case_due == row.urgent.next_due


def test_when_the_leading_one_is_settled_the_next_leads(campus, operator_wang, overdue, stalled, accident):
    services.resolve(ticket=accident, actor=operator_wang, resolution="Not hurt")
    assert sorted(*shown(campus, operator_wang)) == ["overdue", "stalled_delivery"]
    services.resolve(ticket=overdue, actor=operator_wang, resolution="Arrived")
    services.resolve(ticket=stalled, actor=operator_wang, resolution="Arrived")
    assert shown(campus, operator_wang) == []
    assert len(shown(campus, operator_wang, tab="done")) == 3  # settled, each is one of its own


def test_a_case_is_found_by_any_of_its_tickets(campus, operator_wang, accident):
    whole = shown(campus, operator_wang)
    assert shown(campus, operator_wang, type="overdue") == whole
    assert shown(campus, operator_wang, severity=str(accident.severity)) == whole
    assert shown(campus, operator_wang, type="goods_damaged") == []


def test_the_figures_count_a_case_once_and_late_by_its_first_clock(
    campus, operator_wang, overdue, accident, simulated_clock
):
    simulated_clock.move_to(min(overdue.next_due, accident.next_due))
    figures = kpis([campus])
    assert (figures.open, figures.late, figures.unanswered) == (1, 1, 1)


def test_forty_cases_cost_no_more_queries_than_four(campus, operator_wang, place):
    def fill(count):
        for _ in range(count):
            order = place()
            for code in ("stalled_unassigned", "other"):
                services.report(order=order, type=code, source="event")

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            found = selectors.queue([campus], operator_wang, selectors.Filters())
            assert all(
                len(row.tickets) == 2 and row.ticket.type.name and row.holder is None for row in found.rows
            )
        return len(captured)

    fill(4)
    four = cost()
    fill(36)
    assert cost() == four == 4


# -- Worked as one -----------------------------------------------------------------------------------------------


def test_who_claims_it_has_all_of_it(overdue, stalled, accident, operator_wang):
    services.claim(ticket=overdue, actor=operator_wang)
    for ticket in (overdue, stalled, accident):
        ticket.refresh_from_db()
        assert (ticket.assignee, ticket.status) == (operator_wang, TicketStatus.WORKING)
        assert (
            ticket.events.filter(kind="claimed").count() == 1
        )  # in each one's own log: its clocks go by that
        assert ticket.responded_at is not None


def test_who_acts_on_one_handles_what_is_not_graver(overdue, stalled, accident, operator_wang):
    run(overdue, "extend_promise", operator_wang)
    stalled.refresh_from_db()
    accident.refresh_from_db()
    assert stalled.assignee == operator_wang
    assert (accident.assignee, accident.responded_at) == (None, None)


def test_handing_on_and_putting_back_take_the_case(overdue, stalled, operator_wang, supervisor_sun):
    services.claim(ticket=overdue, actor=operator_wang)
    services.assign(ticket=stalled, actor=operator_wang, to=supervisor_sun)
    assert {one.assignee for one in Ticket.objects.all()} == {supervisor_sun}
    services.unassign(ticket=overdue, actor=supervisor_sun)
    assert {one.assignee for one in Ticket.objects.all()} == {None}


def test_what_a_colleague_has_of_it_stays_theirs(overdue, stalled, campus, operator_wang, supervisor_sun):
    other = StaffRoleFactory(campus=campus, role="support").user
    services.claim(ticket=overdue, actor=operator_wang)
    Ticket.objects.filter(pk=stalled.pk).update(assignee=other)
    services.assign(ticket=overdue, actor=operator_wang, to=supervisor_sun)
    stalled.refresh_from_db()
    assert stalled.assignee == other


def test_what_comes_later_goes_to_who_handles_the_case(overdue, operator_wang):
    services.claim(ticket=overdue, actor=operator_wang)
    later = services.report(order=overdue.order, type="customer_unreachable", source="event")
    later.refresh_from_db()
    assert (later.assignee, later.status, later.responded_at) == (operator_wang, TicketStatus.OPEN, None)


def test_what_is_graver_is_seen_by_everybody(overdue, operator_wang, courier_zhao):
    services.claim(ticket=overdue, actor=operator_wang)
    accident = services.report(
        order=overdue.order,
        type="courier_accident",
        source="courier",
        actor=courier_zhao.user,
        description="I fell",
    )
    accident.refresh_from_db()
    assert accident.assignee is None
    [row] = selectors.queue(
        [overdue.campus], operator_wang, selectors.Filters.read({"tab": "unclaimed"})
    ).rows
    assert row.ticket == accident


# -- Its page ------------------------------------------------------------------------------------------------------


def test_the_page_has_a_tab_for_each_ticket_of_the_order(desk, overdue, accident, operator_wang):
    page = desk.get(url("console_ticket", overdue)).content.decode()
    tabs = page[page.index('id="oc-case"') : page.index("</nav>", page.index('id="oc-case"'))]
    assert tabs.index(accident.no) < tabs.index(overdue.no)
    assert tabs.count("aria-current") == 1
    services.resolve(ticket=accident, actor=operator_wang, resolution="Not hurt")
    page = desk.get(url("console_parts", overdue)).content.decode()
    assert accident.no in page  # what was settled stands there still


def test_a_single_ticket_has_no_tabs(desk, damaged):
    page = desk.get(url("console_ticket", damaged)).content.decode()
    assert "oc-case-tab" not in page


def test_a_toast_for_what_a_case_already_says_is_spared(desk, overdue, stalled, accident):
    address = reverse("exceptions:console_toast")
    said = text_of(desk.get(address, {"t": [overdue.no, stalled.no, accident.no]}))
    assert "New ticket" in said
    assert accident.type.name in said
    led = max((overdue, stalled), key=lambda ticket: (ticket.next_due, ticket.pk))
    assert text_of(desk.get(address, {"t": led.no})).strip() == ""


# -- What the parties read -------------------------------------------------------------------------------------------


@pytest.fixture
def two_problems(overdue, student_lin) -> list[Ticket]:
    """Lin's order is late, and Lin asks about something else."""
    asked = services.report(
        order=overdue.order, type="other", source="customer", actor=student_lin, description="Is it cold?"
    )
    return [overdue, asked]


def test_the_customer_reads_one_text_on_the_orders_page(two_problems, client_of, student_lin):
    page = client_of(student_lin).get(reverse("exceptions:order_tickets", args=[two_problems[0].order.no]))
    assert page.text.count('class="card trouble') == 1
    assert f"Also being looked at: {two_problems[1].type.name}" in text_of(page)


def test_each_tickets_page_is_the_case(two_problems, client_of, student_lin):
    browser = client_of(student_lin)
    for ticket in two_problems:
        page = text_of(browser.get(reverse("exceptions:ticket", args=[ticket.no])))
        assert "Is it cold?" in page
        assert "Found by itself: Not delivered in time" in page


def test_a_question_in_any_of_it_comes_first_and_is_answered_there(
    two_problems, client_of, student_lin, operator_wang
):
    late, asked = two_problems
    run(asked, "ask_party", operator_wang, party="customer", text="Which one?", minutes=10)
    browser = client_of(student_lin)
    assert "We ask you: Which one?" in text_of(browser.get(reverse("exceptions:ticket", args=[late.no])))
    browser.post(reverse("exceptions:answer", args=[late.no]), {"text": "The soup"})
    assert asked.events.get(kind="answered").text == "The soup"
    assert not late.events.filter(kind="said").exists()


def test_what_a_party_may_not_see_is_in_no_text_of_theirs(overdue, client_of, student_lin, courier_zhao):
    services.report(
        order=overdue.order, type="harassment", source="customer", actor=student_lin, description="He shouted"
    )
    hidden = ExceptionType.objects.get(pk="harassment")
    page = text_of(client_of(courier_zhao).get(reverse("exceptions:ticket", args=[overdue.no])))
    assert hidden.name not in page
    assert "He shouted" not in page


def test_one_apology_for_the_case(two_problems, student_lin, simulated_clock, supervisor_sun):
    late, asked = two_problems
    simulated_clock.move_to(max(late.respond_by, asked.respond_by))
    assert services.renew_promises() == 3  # that it does not move is one of them
    late.refresh_from_db()
    asked.refresh_from_db()
    assert late.news_by == asked.news_by
    assert Notice.objects.filter(user=student_lin, kind="ticket_promise_missed").count() == 1
    assert Notice.objects.filter(user=supervisor_sun, kind="promise_missed").count() == 1
    assert services.renew_promises() == 0
