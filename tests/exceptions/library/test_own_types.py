"""A type that an operator adds in the admin can do all that a shipped one can."""

import pytest
from django.urls import reverse
from django.utils import translation

from exceptions.models import ExceptionType, Ticket
from orders import services as orders
from tests.exceptions.actions.running import filled, run
from tests.exceptions.console.pages import text_of, url

pytestmark = pytest.mark.django_db

ROW = {
    "code": "lift_broken",
    "name_zh": "电梯坏了",
    "name_en": "The lift is broken",
    "group": "place",
    "severity": "3",
    "detection": "person",
    "courier_may_report": "on",
    "report_from": "accepted",
    "report_until": "picked_up",
    "description_required": "on",
    "tell_customer": "on",
    "tell_courier": "on",
    "opening_notice": "on",
    "customer_title_zh": "你们楼的电梯坏了",
    "customer_title_en": "The lift in your building is broken",
    "customer_text_zh": "{what} 仍按 {time} 送达。",
    "customer_text_en": "We still bring {what} by {time}.",
    "courier_title_zh": "已收到：{type}",
    "courier_title_en": "We know: {type}",
    "courier_text_zh": "请稍等。",
    "courier_text_en": "Please wait a moment.",
    "question_to": "customer",
    "question_zh": "可以下楼来取吗？",
    "question_en": "Can you come down to fetch it?",
    "suggested_action": "ask_party",
    "likely_cause": "entry",
    "likely_delay_minutes": "25",
    "obsolete_on": ["delivered", "ended"],
    "no_fault": "on",
    "respond_minutes": "3",
    "resolve_minutes": "20",
    "is_active": "on",
}


@pytest.fixture
def lift_broken(client_of, supervisor_sun, library) -> ExceptionType:
    answer = client_of(supervisor_sun).post(reverse("admin:exceptions_exceptiontype_add"), ROW)
    assert answer.status_code == 302, answer.context["errors"]
    return ExceptionType.objects.get(pk="lift_broken")


@pytest.fixture
def reported(lift_broken, order, walk, client_of, courier_zhao) -> Ticket:
    """Zhao, on the way to the pickup, reports it on the job's page."""
    walk(order, "assigned")
    page = reverse("exceptions:courier_report", args=[order.legs.get().no])
    browser = client_of(courier_zhao.user)
    assert browser.post(page, {"type": "lift_broken"}).status_code == 422  # a description is required
    assert browser.post(page, {"type": "lift_broken", "description": "14 floors"}).status_code == 302
    return Ticket.objects.get(type="lift_broken")


def test_reported_asked_and_obsolete_when_the_order_ends(
    reported, order, client_of, student_lin, operator_wang, courier_zhao, desk
):
    # The customer reads it in the type's own words, in their language, and is told at once.
    link = reverse("exceptions:ticket", args=[reported.no])
    notice = student_lin.notices.get(kind="ticket_opened", link=link)
    assert notice.title in {"你们楼的电梯坏了", "The lift in your building is broken"}
    for language, title in (("zh-hans", "你们楼的电梯坏了"), ("en", "The lift in your building is broken")):
        student_lin.language = language
        student_lin.save(update_fields=["language"])
        page = client_of(student_lin).get(link).text
        assert title in page
        assert order.summary in page
        assert "{time}" not in page

    # The console suggests the question of the type, to whom it is for.
    dialog = text_of(desk.get(url("console_action", reported, "ask_party")))
    form = filled(reported, "ask_party")
    assert form.cleaned_data["party"] == "customer"
    with translation.override("zh-hans"):
        assert filled(reported, "ask_party").cleaned_data["text"] == ROW["question_zh"]
    assert form.cleaned_data["text"] in dialog
    run(reported, "ask_party", operator_wang)
    reported.refresh_from_db()
    assert (reported.status, reported.asked_party) == ("waiting_party", "customer")
    assert student_lin.notices.filter(kind="ticket_ask_party", body=form.cleaned_data["text"]).exists()

    # A later promise starts with the type's likely cause and delay.
    extension = filled(reported, "extend_promise").cleaned_data
    assert (extension["minutes"], extension["cause"]) == (25, "entry")

    # Nobody's fault: no warning.
    assert "nobody's fault" in str(_available(reported, "warn", operator_wang))

    # The order ends: nothing is left to do.
    orders.cancel_order(order=order, actor=operator_wang, role="operator", reason="The lift", free=True)
    reported.refresh_from_db()
    assert (reported.status, reported.resolution) == ("resolved", "auto:cancelled")


def _available(ticket: Ticket, name: str, actor) -> str:
    from exceptions.actions import ACTIONS

    return ACTIONS[name].available(ticket, actor)


def test_it_becomes_obsolete_by_the_events_that_were_ticked_and_no_others(reported, order, walk):
    walk(order, "picked_up")
    reported.refresh_from_db()
    assert reported.is_unresolved
    walk(order, "delivered")
    reported.refresh_from_db()
    assert (reported.status, reported.resolution) == ("resolved", "auto:delivered")


def test_one_without_any_of_it_gets_the_general_words(
    client_of, supervisor_sun, library, order, walk, courier_zhao
):
    bare = {key: value for key, value in ROW.items() if "title" not in key and "text" not in key}
    bare |= {"question_to": "courier", "question_zh": "", "question_en": "", "obsolete_on": []}
    client_of(supervisor_sun).post(reverse("admin:exceptions_exceptiontype_add"), bare)
    walk(order, "assigned")
    page = reverse("exceptions:courier_report", args=[order.legs.get().no])
    client_of(courier_zhao.user).post(page, {"type": "lift_broken", "description": "14 floors"})
    ticket = Ticket.objects.get(type="lift_broken")
    with translation.override("en"):
        form = filled(ticket, "ask_party")
        assert form.cleaned_data["text"] == "What holds you up, and by when can you be there?"
    walk(order, "delivered")
    ticket.refresh_from_db()
    assert ticket.is_unresolved


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"customer_text_en": "We bring {order.customer.phone}."}, "customer_text_en"),
        ({"courier_title_zh": "{}"}, "courier_title_zh"),
        ({"obsolete_on": ["doomsday"]}, "obsolete_on"),
        ({"likely_delay_minutes": "4"}, "likely_delay_minutes"),
    ],
)
def test_what_cannot_be_filled_in_is_refused(client_of, supervisor_sun, library, wrong, field):
    answer = client_of(supervisor_sun).post(reverse("admin:exceptions_exceptiontype_add"), ROW | wrong)
    assert field in answer.context["adminform"].form.errors
    assert not ExceptionType.objects.filter(pk="lift_broken").exists()


def test_what_was_written_in_one_language_is_read_in_both(library):
    row = ExceptionType(question_zh="在吗？", customer_title_en="Hello")
    with translation.override("en"):
        assert row.question == "在吗？"
    with translation.override("zh-hans"):
        assert row.headline("customer") == ("Hello", "")
