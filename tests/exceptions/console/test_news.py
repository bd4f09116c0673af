"""What comes from a party reaches the operators: a toast, a mark on the row until somebody acts, and true numbers."""

import pytest
from django.urls import reverse

from accounts.models import SecurityEvent
from campus_errand.admin_site import navigation
from core import realtime
from couriers.services import report_position
from delivery import services as delivery
from exceptions.actions import ACTIONS
from exceptions.events import TicketsOpened
from exceptions.models import Ticket
from exceptions.tickets import handlers, services
from exceptions.tickets.services import expire_questions
from tests.exceptions.actions.running import run
from tests.exceptions.console.pages import text_of
from tests.factories import StaffRoleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def frames(monkeypatch):
    """What is broadcast to the console."""
    sent = []

    def broadcast(groups, kind, **data):
        groups = [groups] if isinstance(groups, str) else groups
        sent.extend(data for group in groups if group.startswith("console."))

    monkeypatch.setattr(realtime, "broadcast", broadcast)
    monkeypatch.setattr(realtime, "broadcast_now", broadcast)
    return sent


@pytest.fixture
def asked(overdue, operator_wang):
    """Wang has asked Zhao what holds him up."""
    run(overdue, "ask_party", operator_wang, minutes=3)
    overdue.refresh_from_db()
    return overdue


def row_of(browser) -> str:
    return text_of(browser.get(reverse("exceptions:console_queue"), headers={"HX-Request": "true"}))


def test_an_answer_is_broadcast_as_news_and_marked_until_somebody_acts(
    asked, frames, desk, operator_wang, courier_zhao
):
    assert "answered" not in row_of(desk)
    services.answer(ticket=asked, actor=courier_zhao.user, text="A flat tyre")
    assert frames[-1]["news"] is True
    assert "answered" in row_of(desk)
    asked.refresh_from_db()
    services.note(ticket=asked, actor=operator_wang, text="He walks now")
    assert frames[-1]["news"] is False
    assert "answered" not in row_of(desk)


def test_a_reopening_and_new_evidence_too(damaged, operator_wang, student_lin, desk, frames, photo):
    services.resolve(ticket=damaged, actor=operator_wang, resolution="Paid")
    services.reopen(ticket=damaged, actor=student_lin, reason="The other one is broken as well")
    assert "opened again" in row_of(desk)
    services.report(
        order=damaged.order,
        type="goods_damaged",
        source="customer",
        actor=student_lin,
        description="Look",
        photos=[photo()],
    )
    assert "reported again" in row_of(desk)
    assert [frame["news"] for frame in frames[-2:]] == [True, True]


def test_that_no_answer_came_is_news(asked, simulated_clock, desk):
    simulated_clock.advance(minutes=4)
    expire_questions()
    assert "no answer came" in row_of(desk)


def test_the_toast_says_which_news_and_where(asked, desk, courier_zhao):
    address = reverse("exceptions:console_toast")
    assert text_of(desk.get(address, {"t": asked.no, "news": "1"})).strip() == ""
    services.answer(ticket=asked, actor=courier_zhao.user, text="A flat tyre")
    said = text_of(desk.get(address, {"t": asked.no, "news": "1"}))
    assert "answered" in said
    assert asked.order.dropoff.label in said
    assert "Look at it" in said  # it is on somebody's desk already


def test_rows_show_the_place_beside_the_words(order, walk, courier_zhao, desk):
    walk(order, "picked_up")
    services.report(
        order=order, type="no_entry", source="courier", actor=courier_zhao.user, description="Gate shut"
    )
    assert f"{order.dropoff.label} 302 · Gate shut" in row_of(desk)


def test_a_storm_says_its_true_number(place, frames, desk):
    tickets = [services.report(order=place(), type="stalled_unassigned", source="scanner") for _ in range(14)]
    frames.clear()
    handlers.publish_opened(TicketsOpened(tickets=tuple(ticket.pk for ticket in tickets)))
    assert len(frames) == handlers.LOUD_PER_CAMPUS
    assert sum(frame["more"] for frame in frames) == 4
    named = [frame["id"] for frame in frames]
    said = text_of(desk.get(reverse("exceptions:console_toast"), {"t": named, "more": "4"}))
    assert "and 13 more" in said


# -- Position --------------------------------------------------------------------------------------------------


def test_a_courier_without_a_position_is_not_shown_as_live(overdue, desk, courier_zhao):
    page = text_of(desk.get(reverse("exceptions:console_ticket", args=[overdue.no])))
    assert "has sent no position yet" in page
    assert "position of this minute" not in page


def test_with_one_it_says_how_old_it_is(overdue, desk, courier_zhao, simulated_clock):
    report_position(courier=courier_zhao, lat=31.0265, lon=121.4342)
    assert "position of this minute" in text_of(
        desk.get(reverse("exceptions:console_ticket", args=[overdue.no]))
    )
    simulated_clock.advance(minutes=6)
    assert "position 6 min old" in text_of(desk.get(reverse("exceptions:console_ticket", args=[overdue.no])))


# -- Finding people --------------------------------------------------------------------------------------------


def found(browser, q) -> str:
    answer = browser.get(reverse("exceptions:console_queue"), {"q": q}, headers={"HX-Request": "true"})
    return answer.content.decode()


def test_by_name_of_customer_and_courier(overdue, desk, student_lin, courier_zhao):
    for name in (student_lin.name, courier_zhao.user.name):
        assert overdue.no in found(desk, name)
    assert overdue.no not in found(desk, "Nobody Here")


def test_by_phone_only_as_a_whole_and_written_down_once(overdue, desk, student_lin, operator_wang):
    assert overdue.no not in found(desk, student_lin.phone[:8])
    assert not SecurityEvent.objects.filter(kind="number_shown").exists()
    assert overdue.no in found(desk, student_lin.phone)
    found(desk, student_lin.phone)  # the list renews itself
    event = SecurityEvent.objects.get(kind="number_shown")
    assert (event.user, event.actor) == (student_lin, operator_wang)


def test_people_of_another_campus_are_not_found(overdue, client_of, other_campus, student_lin):
    browser = client_of(StaffRoleFactory(campus=other_campus, role="supervisor").user)
    assert overdue.no not in found(browser, student_lin.name)
    assert overdue.no not in found(browser, student_lin.phone)


def test_ctrl_k_finds_them_too(overdue, client_of, operator_wang, student_lin, courier_zhao):
    browser = client_of(operator_wang)
    address = reverse("admin:search")
    for words in (student_lin.name, student_lin.phone):
        assert overdue.order.no in browser.get(address, {"s": words, "extended": "1"}).content.decode()
    assert (
        "two_wheeler"
        in browser.get(address, {"s": courier_zhao.user.phone, "extended": "1"}).content.decode()
    )


# -- The menu --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role, sees, spared",
    [
        ("support", "Conversations", "Settlements"),
        ("finance", "Settlements", "Conversations"),
        ("dispatcher", "Shifts", "Settlements"),
        ("supervisor", "Settlements", "Nothing of the kind"),
    ],
)
def test_each_role_has_the_menu_of_its_work(rf, campus, role, sees, spared):
    request = rf.get("/admin/")
    request.user, request.session = StaffRoleFactory(campus=campus, role=role).user, {}
    titles = {str(item["title"]) for group in navigation(request) for item in group["items"]}
    assert sees in titles
    assert spared not in titles


# -- Another courier -------------------------------------------------------------------------------------------


def test_who_gave_it_back_is_not_offered_and_a_silent_one_says_so(
    order, walk, courier_zhao, courier_qian, simulated_clock
):
    walk(order, "assigned")
    simulated_clock.advance(minutes=4)
    delivery.give_back(leg=order.legs.latest("pk"), actor=courier_zhao.user, reason="vehicle")
    ticket = Ticket.objects.get(type="courier_cancelled")
    labels = [label for _value, label in ACTIONS["reassign"].form(ticket).fields["courier"].choices]
    assert not any(courier_zhao.user.display_name in label for label in labels)
    assert f"{courier_qian.user.display_name} · no position" in labels
