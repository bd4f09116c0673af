"""Duplicates: one goes on in another, what concerns it reaches that one, and a split makes it as if it had never been merged."""

import pytest
from django.urls import reverse

from core import clock
from core.errors import NotAllowed, WrongState
from exceptions.clocks.projection import clocks_of
from exceptions.detection.scanner import scan
from exceptions.models import Ticket, TicketStatus
from exceptions.tickets import services
from exceptions.tickets.merges import duplicates_of, lead_of
from exceptions.tickets.selectors import holding_pay
from notifications.models import Notice
from orders.models import Order
from tests import factories
from tests.exceptions.actions.running import run
from tests.exceptions.console.pages import text_of, url

pytestmark = pytest.mark.django_db
# What a merge and a split leave as they were.
KEPT = (
    "status", "severity", "assignee_id", "asked_party", "answer_by", "respond_by", "resolve_by", "responded_at",
    "clock_due_at", "news", "news_by", "missed", "resolved_at", "closed_at", "merged_into_id",
)  # fmt: skip


@pytest.fixture
def first(place, student_lin) -> Ticket:
    return services.report(
        order=place(), type="other", source="customer", actor=student_lin, description="Nobody answers"
    )


@pytest.fixture
def second(place, student_lin) -> Ticket:
    """About another order of Lin's, which is the same to Lin."""
    return services.report(
        order=place(),
        type="other",
        source="customer",
        actor=student_lin,
        description="Nobody answers here either",
    )


@pytest.fixture
def merged(first, second, operator_wang) -> Ticket:
    """The second, merged into the first."""
    return services.merge(ticket=second, into=first, actor=operator_wang)


def state(ticket: Ticket) -> tuple:
    ticket.refresh_from_db()
    return (*(getattr(ticket, name) for name in KEPT), clocks_of(ticket))


# -- Merging -------------------------------------------------------------------------------------------------------


def test_its_clocks_stop_and_the_others_run_on(first, merged, simulated_clock):
    assert (merged.status, merged.next_due, merged.clock_due_at) == (TicketStatus.MERGED, None, None)
    simulated_clock.advance(hours=2)
    services.record_missed_clocks()
    services.renew_promises()
    assert not merged.events.filter(kind="clock_missed").exists()
    assert first.events.filter(kind="clock_missed").exists()


def test_merging_is_no_answer_to_anybody(first, second, operator_wang):
    before = state(first)
    services.merge(ticket=second, into=first, actor=operator_wang)
    assert state(first) == before


def test_merging_again_changes_nothing(first, merged, operator_wang):
    services.merge(ticket=merged, into=first, actor=operator_wang)
    assert merged.events.filter(kind="merged").count() == 1


def test_only_what_has_something_in_common_is_merged(first, place, student_mei, operator_wang):
    strangers = services.report(
        order=place(student_mei), type="other", source="customer", actor=student_mei, description="Where?"
    )
    with pytest.raises(WrongState, match="no order, customer or courier in common"):
        services.merge(ticket=strangers, into=first, actor=operator_wang)


def test_the_graver_one_leads(first, place, student_lin, operator_wang):
    grave = services.report(
        order=place(), type="safety", source="customer", actor=student_lin, description="He hit me"
    )
    with pytest.raises(WrongState, match="graver"):
        services.merge(ticket=grave, into=first, actor=operator_wang)
    assert services.merge(ticket=first, into=grave, actor=operator_wang).status == TicketStatus.MERGED


def test_what_is_settled_is_not_merged_nor_merged_into(first, second, operator_wang):
    services.resolve(ticket=first, actor=operator_wang, resolution="Done")
    for ticket, into in ((first, second), (second, first)):
        with pytest.raises(WrongState, match="Only open tickets"):
            services.merge(ticket=ticket, into=into, actor=operator_wang)
    with pytest.raises(WrongState, match="into itself"):
        services.merge(ticket=second, into=second, actor=operator_wang)


def test_only_handlers_merge_and_split(first, second, merged, student_lin, finance_li):
    for person in (student_lin, finance_li):
        with pytest.raises(NotAllowed):
            services.merge(ticket=first, into=second, actor=person)
        with pytest.raises(NotAllowed):
            services.split(ticket=merged, actor=person)


def test_merged_ones_may_be_merged_on(first, second, merged, place, student_lin, operator_wang):
    third = services.report(
        order=place(), type="other", source="customer", actor=student_lin, description="x"
    )
    services.merge(ticket=first, into=third, actor=operator_wang)
    assert lead_of(merged) == third
    assert {one.pk for one in duplicates_of([third])} == {first.pk, second.pk}


# -- What reaches the leading one -----------------------------------------------------------------------------------


def test_a_second_report_joins_it_and_is_news_of_the_leading_one(first, merged, student_lin, photo):
    services.report(
        order=merged.order,
        type="other",
        source="customer",
        actor=student_lin,
        description="Still",
        photos=[photo()],
    )
    first.refresh_from_db()
    assert Ticket.objects.count() == 2
    assert merged.events.filter(kind="joined").exists()
    assert first.news == "joined"


def test_the_scanner_opens_no_other_for_what_was_merged(overdue, operator_wang, simulated_clock):
    stalled = overdue.order.tickets.get(type="stalled_delivery")
    services.merge(ticket=stalled, into=overdue, actor=operator_wang)
    Order.objects.filter(pk=overdue.order_id).update(stage_due_at=clock.now())
    scan()
    assert overdue.order.tickets.count() == 2


def test_its_photos_and_words_stand_on_the_leading_ones_page(
    first, second, desk, operator_wang, photo, student_lin
):
    services.answer(ticket=second, actor=student_lin, text="Look at this", photos=[photo()])
    services.merge(ticket=second, into=first, actor=operator_wang)
    page = desk.get(url("console_ticket", first))
    assert "Nobody answers here either" in text_of(page)
    assert url("console_photo", second, second.evidence.get().pk) in page.text


def test_it_holds_what_it_held(damaged, courier_zhao, operator_wang, place, student_lin, walk, photo):
    """Pay stays on hold while the ticket in which it goes on is open, and no longer."""
    again = services.report(
        order=walk(place(), "delivered"), type="goods_damaged", source="customer", actor=student_lin,
        description="This too", photos=[photo()],
    )  # fmt: skip
    services.merge(ticket=again, into=damaged, actor=operator_wang)
    assert holding_pay([again.order_id]) == {again.order_id}
    services.resolve(ticket=damaged, actor=operator_wang, resolution="Paid")
    again.refresh_from_db()
    assert again.resolved_at is not None
    assert holding_pay([again.order_id]) == set()


# -- Its people -----------------------------------------------------------------------------------------------------


def test_its_party_reads_on_its_page_what_the_leading_one_says(
    first, merged, client_of, student_lin, operator_wang
):
    services.note(ticket=first, actor=operator_wang, text="We have called him", audience="customer")
    browser = client_of(student_lin)
    for ticket in (first, merged):
        page = text_of(browser.get(reverse("exceptions:ticket", args=[ticket.no])))
        assert "We have called him" in page
        assert "Nobody answers here either" in page
        assert "We handle it together with another report of the same problem" in page


def test_what_they_add_there_reaches_the_leading_one(first, merged, client_of, student_lin):
    client_of(student_lin).post(reverse("exceptions:answer", args=[merged.no]), {"text": "He came"})
    assert first.events.get(kind="said").text == "He came"


@pytest.fixture
def silent_twice(place, walk, courier_zhao, student_lin, student_mei, operator_wang):
    """Zhao carries something for Lin and something for Mei, and is not heard of: one problem of two orders."""
    tickets = [
        services.report(order=walk(place(person), "picked_up"), type="courier_unreachable", source="event")
        for person in (student_lin, student_mei)
    ]
    services.merge(ticket=tickets[1], into=tickets[0], actor=operator_wang)
    tickets[1].refresh_from_db()
    return tickets


def test_another_orders_customer_learns_nothing_of_the_leading_order(
    silent_twice, client_of, student_mei, operator_wang
):
    lead, merged = silent_twice
    services.note(ticket=lead, actor=operator_wang, text="For Lin alone", audience="everyone")
    page = text_of(client_of(student_mei).get(reverse("exceptions:ticket", args=[merged.no])))
    assert "Handled together with another one" in page
    assert "For Lin alone" not in page
    assert lead.no not in page
    assert client_of(student_mei).get(reverse("exceptions:ticket", args=[lead.no])).status_code == 404


def test_and_is_told_of_a_missed_promise_and_that_it_is_settled(
    silent_twice, client_of, student_mei, student_lin, operator_wang, simulated_clock
):
    lead, merged = silent_twice
    simulated_clock.move_to(lead.respond_by)
    services.renew_promises()
    services.resolve(ticket=lead, actor=operator_wang, resolution="Words for Lin")
    told = Notice.objects.filter(user=student_mei, link=reverse("exceptions:ticket", args=[merged.no]))
    assert {"ticket_promise_missed", "ticket_lead_settled"} <= set(told.values_list("kind", flat=True))
    assert not told.filter(body__contains="Words for Lin").exists()
    assert not Notice.objects.filter(user=student_lin, kind="ticket_lead_settled").exists()


def test_its_party_may_have_it_taken_up_again_by_itself(silent_twice, client_of, student_mei, operator_wang):
    lead, merged = silent_twice
    services.resolve(ticket=lead, actor=operator_wang, resolution="Found")
    client_of(student_mei).post(reverse("exceptions:reopen", args=[merged.no]), {"reason": "Mine never came"})
    merged.refresh_from_db()
    lead.refresh_from_db()
    assert (merged.status, merged.merged_into) == (TicketStatus.REOPENED, None)
    assert lead.status == TicketStatus.RESOLVED


def test_when_the_leading_one_is_taken_up_again_it_waits_with_it(silent_twice, operator_wang):
    lead, merged = silent_twice
    services.resolve(ticket=lead, actor=operator_wang, resolution="Found")
    services.reopen(ticket=lead, actor=operator_wang, reason="Not found")
    merged.refresh_from_db()
    assert (merged.status, merged.resolved_at) == (TicketStatus.MERGED, None)


# -- Splitting ------------------------------------------------------------------------------------------------------


def test_merged_and_split_both_are_as_they_were(first, second, operator_wang, simulated_clock):
    services.claim(ticket=second, actor=operator_wang)
    run(second, "ask_party", operator_wang, party="customer", minutes=30, text="Which one?")
    before = state(first), state(second)
    services.merge(ticket=second, into=first, actor=operator_wang)
    services.split(ticket=second, actor=operator_wang)
    assert (state(first), state(second)) == before


def test_clocks_count_the_time_in_which_it_was_merged(first, second, operator_wang, simulated_clock):
    services.merge(ticket=second, into=first, actor=operator_wang)
    simulated_clock.advance(hours=1)
    services.split(ticket=second, actor=operator_wang)
    second.refresh_from_db()
    assert second.respond_by < clock.now()
    services.record_missed_clocks()
    assert second.events.filter(kind="clock_missed").exists()


def test_splitting_again_changes_nothing(merged, operator_wang):
    services.split(ticket=merged, actor=operator_wang)
    services.split(ticket=merged, actor=operator_wang)
    assert merged.events.filter(kind="split").count() == 1


def test_the_mark_of_news_goes_with_it(first, second, student_lin, operator_wang):
    services.answer(ticket=second, actor=student_lin, text="Hello?")
    services.merge(ticket=second, into=first, actor=operator_wang)
    first.refresh_from_db()
    assert first.news == "said"
    services.split(ticket=second, actor=operator_wang)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.news, second.news) == ("", "said")


def test_no_second_open_ticket_of_a_type_comes_of_it(first, second, merged, student_lin, operator_wang):
    services.resolve(ticket=first, actor=operator_wang, resolution="Done")
    newer = services.report(
        order=second.order, type="other", source="customer", actor=student_lin, description="Again"
    )
    assert newer.pk != second.pk
    with pytest.raises(WrongState, match=newer.no):
        services.split(ticket=second, actor=operator_wang)


# -- On the console ---------------------------------------------------------------------------------------------------


def test_the_dialog_offers_what_it_could_be_and_says_what_happens(desk, first, second, place, student_mei):
    strangers = services.report(
        order=place(student_mei), type="other", source="customer", actor=student_mei, description="Where?"
    )
    dialog = desk.get(url("console_merge", second))
    assert first.no in dialog.text
    assert strangers.no not in dialog.text
    assert "It can be split off again" in text_of(dialog)
    assert desk.post(url("console_merge", second), {"into": strangers.no}).status_code == 422


def test_merged_and_split_from_the_console(desk, first, second):
    assert desk.post(url("console_merge", second), {"into": first.no}).status_code == 204
    page = desk.get(url("console_parts", second))
    assert f"It goes on in {first.type.name}, {first.no}" in text_of(page)
    assert second.no in text_of(desk.get(url("console_parts", first)))
    queue = desk.get(reverse("exceptions:console_queue")).text
    assert first.no in queue
    assert second.no not in queue
    assert desk.post(url("console_split", second)).status_code == 204
    assert second.no in desk.get(reverse("exceptions:console_queue")).text


def test_without_anything_alike_the_dialog_says_so(desk, first):
    assert "There is no open ticket of the same order" in text_of(desk.get(url("console_merge", first)))


def test_another_campuss_tickets_are_not_merged(first, second, client_of, other_campus):
    far = client_of(factories.StaffRoleFactory(campus=other_campus, role="support").user)
    assert far.post(url("console_merge", second), {"into": first.no}).status_code == 404
    assert far.post(url("console_split", second)).status_code == 404
