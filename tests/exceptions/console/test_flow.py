"""An operator at work: claiming, the steps with what they would do shown first, and what is left behind."""

import json
import re

import pytest
from django.urls import reverse

from core.money import yuan
from exceptions.actions import ACTIONS
from exceptions.console import selectors
from exceptions.console.buttons import suggestion
from exceptions.console.courier_candidates import candidates, unfinished_leg
from exceptions.console.forms import initial_values
from exceptions.console.timeline import facts
from exceptions.models import Ticket, TicketEvent, TicketStatus
from exceptions.tickets import services
from payments.services import balance
from telephony.selectors import calls_about
from tests.exceptions.console.pages import text_of, url

HTMX = {"HX-Request": "true"}


def trigger(answer) -> dict:
    return json.loads(answer.headers["HX-Trigger"])


def key_of(dialog) -> str:
    return re.search(r'name="key" value="([^"]+)"', dialog.content.decode())[1]


@pytest.fixture
def other_desk(client_of, supervisor_sun):
    browser = client_of(supervisor_sun)
    browser.defaults["HTTP_HX_REQUEST"] = "true"
    return browser


# -- Claiming ----------------------------------------------------------------------------------------------


def test_claiming(desk, overdue, operator_wang, simulated_clock):
    answer = desk.post(url("console_claim", overdue))
    assert answer.status_code == 204
    assert trigger(answer)["oc:show"] == {"no": overdue.no}
    overdue.refresh_from_db()
    assert (overdue.assignee, overdue.status) == (operator_wang, TicketStatus.WORKING)
    assert overdue.responded_at is not None


def test_the_second_to_claim_is_told_who_was_first(desk, other_desk, overdue, operator_wang):
    desk.post(url("console_claim", overdue))
    answer = other_desk.post(url("console_claim", overdue))
    assert answer.status_code == 409
    assert trigger(answer)["toast"] == {"text": "王客服 is handling it already.", "level": "error"}
    overdue.refresh_from_db()
    assert overdue.assignee == operator_wang


def test_claiming_twice_is_claiming_once(desk, overdue):
    desk.post(url("console_claim", overdue))
    assert desk.post(url("console_claim", overdue)).status_code == 204
    assert overdue.events.filter(kind="claimed").count() == 1


def test_without_scripts_a_command_leads_back_to_the_ticket(client_of, operator_wang, overdue):
    answer = client_of(operator_wang).post(url("console_claim", overdue))
    assert answer.status_code == 302
    assert answer.url == f"{reverse('exceptions:console')}?t={overdue.no}"


def test_handing_on_and_putting_back(desk, overdue, supervisor_sun, finance_li):
    dialog = desk.get(url("console_assign", overdue))
    assert "孙主管" in text_of(dialog)
    assert "李财务" not in text_of(dialog)  # finance does not act on tickets
    assert desk.post(url("console_assign", overdue), {"to": finance_li.pk}).status_code == 422
    assert desk.post(url("console_assign", overdue), {"to": supervisor_sun.pk}).status_code == 204
    overdue.refresh_from_db()
    assert overdue.assignee == supervisor_sun
    assert desk.post(url("console_unassign", overdue)).status_code == 204
    overdue.refresh_from_db()
    assert overdue.assignee is None


# -- Steps -------------------------------------------------------------------------------------------------


def test_a_ticket_is_decided_in_two_clicks(desk, overdue, student_lin, simulated_clock):
    """The most urgent ticket is open already: a press on a button, a press on the confirmation."""
    simulated_clock.advance(minutes=20)
    page = desk.get(reverse("exceptions:console"))
    assert f'data-no="{overdue.no}"' in page.content.decode()
    dialog = desk.get(url("console_action", overdue, "compensate"))
    values = initial_values(ACTIONS["compensate"].form(overdue))
    answer = desk.post(
        url("console_action", overdue, "compensate"), values | {"key": key_of(dialog), "and_resolve": "1"}
    )
    assert answer.status_code == 204
    overdue.refresh_from_db()
    assert overdue.status == TicketStatus.RESOLVED
    assert overdue.rulings.get().amount_fen > 0


def test_what_the_dialog_shows_is_what_happens(desk, overdue, student_lin, simulated_clock):
    simulated_clock.advance(minutes=20)
    dialog = text_of(desk.get(url("console_action", overdue, "compensate")))
    fen = selectors_owed(overdue)
    assert f"The customer gets it in their wallet at once. +{yuan(fen)}" in dialog
    assert f"The platform bears it. {yuan(-fen)}" in dialog
    before = balance("wallet", user=student_lin)
    values = initial_values(ACTIONS["compensate"].form(overdue))
    desk.post(url("console_action", overdue, "compensate"), values | {"key": "one-press"})
    assert balance("wallet", user=student_lin) - before == fen == overdue.rulings.get().amount_fen


def selectors_owed(ticket: Ticket) -> int:
    from exceptions.rulings.selectors import owed

    return owed(ticket)


def test_the_preview_follows_the_form(desk, overdue):
    address = url("console_action", overdue, "compensate")
    query = {"preview": "1", "amount_fen": "7.5", "borne_by": "platform", "text": "Waited in the rain"}
    assert "+¥7.5" in text_of(desk.get(address, query))
    shown = text_of(desk.get(address, query | {"amount_fen": "abc"}))
    assert "What this does" not in shown
    assert "Enter an amount in yuan" in shown
    assert not overdue.rulings.exists()
    assert overdue.events.count() == 1


def test_a_button_pressed_twice_pays_once(desk, overdue, student_lin):
    values = {"amount_fen": "5", "borne_by": "platform", "text": "Waited in the rain", "key": "press-1"}
    before = balance("wallet", user=student_lin)
    for _ in range(2):
        assert desk.post(url("console_action", overdue, "compensate"), values).status_code == 204
    assert balance("wallet", user=student_lin) - before == 500
    assert overdue.rulings.count() == 1


def test_a_press_without_a_key_does_nothing(desk, overdue):
    values = {"amount_fen": "5", "borne_by": "platform", "text": "Waited in the rain"}
    assert desk.post(url("console_action", overdue, "compensate"), values).status_code == 422
    assert not overdue.rulings.exists()


def test_a_form_with_errors_comes_back_with_the_same_key(desk, overdue):
    values = {"amount_fen": "5", "borne_by": "platform", "text": "", "key": "press-1"}
    answer = desk.post(url("console_action", overdue, "compensate"), values)
    assert answer.status_code == 422
    assert "Say why it is another amount" in text_of(answer)
    assert key_of(answer) == "press-1"


def test_a_step_that_does_not_fit_says_why_and_has_no_button(desk, overdue):
    dialog = desk.get(url("console_action", overdue, "reassign"))
    assert "The goods are already on the way" in text_of(dialog)
    assert 'type="submit"' not in dialog.content.decode()
    assert "The goods are already on the way" in text_of(desk.get(url("console_ticket", overdue)))


def test_a_step_taken_too_late_is_refused_with_a_sentence(desk, overdue, operator_wang):
    services.resolve(ticket=overdue, actor=operator_wang, resolution="Arrived")
    values = {"minutes": "15", "cause": "peak", "text": "", "key": "late"}
    answer = desk.post(url("console_action", overdue, "extend_promise"), values)
    assert answer.status_code == 409
    assert trigger(answer)["toast"]["level"] == "error"


def test_taking_a_step_back(desk, overdue):
    promised = overdue.order.promised_at
    values = {"minutes": "15", "cause": "peak", "text": "", "key": "k"}
    desk.post(url("console_action", overdue, "extend_promise"), values)
    entry = overdue.events.get(kind="extend_promise")
    page = desk.get(url("console_parts", overdue)).content.decode()
    assert url("console_undo", overdue, entry.pk) in page
    assert desk.post(url("console_undo", overdue, entry.pk), {"key": "u"}).status_code == 204
    overdue.order.refresh_from_db()
    assert overdue.order.promised_at == promised
    assert (
        url("console_undo", overdue, entry.pk) not in desk.get(url("console_parts", overdue)).content.decode()
    )


def test_an_entry_of_another_ticket_cannot_be_taken_back_here(desk, overdue, place, operator_wang):
    other = services.report(order=place(), type="other", source="operator", actor=operator_wang)
    entry = other.events.first()
    assert desk.post(url("console_undo", overdue, entry.pk), {"key": "u"}).status_code == 404


# -- The suggestion ----------------------------------------------------------------------------------------


def test_one_press_takes_the_suggested_step(desk, overdue, operator_wang):
    offered = suggestion(overdue, unfinished_leg(overdue), operator_wang)
    assert offered.action == overdue.type.suggested_action == "extend_promise"
    assert offered.lines
    before = overdue.order.promised_at
    values = dict(offered.fields) | {"key": offered.key}
    assert desk.post(url("console_action", overdue, offered.action), values).status_code == 204
    overdue.order.refresh_from_db()
    assert overdue.order.promised_at > before


@pytest.fixture
def unassigned(order, operator_wang) -> Ticket:
    return services.report(order=order, type="stalled_unassigned", source="operator", actor=operator_wang)


def at(courier, place, simulated_clock):
    courier.lat, courier.lon, courier.located_at = place.lat, place.lon, simulated_clock()
    courier.save()


def test_the_courier_who_is_there_first_is_suggested(
    desk, unassigned, courier_zhao, courier_qian, places, simulated_clock, operator_wang
):
    at(courier_zhao, places.dorm_north, simulated_clock)
    at(courier_qian, places.parcel_station, simulated_clock)
    leg = unfinished_leg(unassigned)
    best, second = candidates(unassigned, leg)
    assert (best.courier, second.courier) == (courier_qian, courier_zhao)
    assert best.metres == 0 < second.metres
    assert best.minutes < second.minutes
    offered = suggestion(unassigned, leg, operator_wang)
    assert "钱悦" in offered.title
    values = dict(offered.fields) | {"key": offered.key}
    assert desk.post(url("console_action", unassigned, "reassign"), values).status_code == 204
    leg = unassigned.order.legs.latest("pk")
    assert leg.courier == courier_qian


def test_who_may_not_carry_it_is_not_suggested(
    unassigned, courier_zhao, courier_qian, places, simulated_clock
):
    leg = unfinished_leg(unassigned)
    courier_zhao.on_duty = False
    courier_zhao.save()
    leg.excluded.add(courier_qian)
    assert candidates(unassigned, leg) == []


def test_an_old_position_counts_for_little(unassigned, courier_zhao, courier_qian, places, simulated_clock):
    at(courier_qian, places.parcel_station, simulated_clock)
    simulated_clock.advance(minutes=30)
    at(courier_zhao, places.dorm_north, simulated_clock)
    best, second = candidates(unassigned, unfinished_leg(unassigned))
    assert best.courier == courier_zhao
    assert second.metres is None


def test_how_bad_the_damage_is_somebody_has_to_look_at(desk, damaged, operator_wang):
    offered = suggestion(damaged, None, operator_wang)
    assert offered.action == "compensate"
    assert offered.dialog == url("console_action", damaged, "compensate")


# -- Around it ---------------------------------------------------------------------------------------------


def test_a_note_is_for_colleagues(desk, overdue, operator_wang):
    answer = desk.post(url("console_note", overdue), {"text": "He is on his way back"})
    assert "oc:noted" in trigger(answer)
    entry = overdue.events.get(text="He is on his way back")
    assert (entry.audience, entry.actor) == (TicketEvent.Audience.OPERATORS, operator_wang)
    answer = desk.post(url("console_note", overdue), {"text": "  "})
    assert answer.status_code == 422
    assert trigger(answer)["toast"]["text"] == "Write something first."


def test_a_call_is_written_down_before_it_is_made(desk, overdue, courier_zhao, operator_wang):
    answer = desk.post(url("console_call", overdue, "courier"))
    assert trigger(answer)["oc:call"] == {"tel": f"tel:{courier_zhao.user.phone}"}
    call = calls_about(overdue.order.no).get()
    assert (call.caller, call.caller_role, call.ticket_no) == (operator_wang, "operator", overdue.no)
    page = desk.get(url("console_parts", overdue)).text
    assert "Called the courier" in page
    assert courier_zhao.user.phone not in page


def test_nobody_is_called_about_a_settled_ticket(desk, overdue, courier_zhao):
    desk.post(url("console_dismiss", overdue), {"reason": "The clock was wrong"})
    answer = desk.post(url("console_call", overdue, "courier"))
    assert answer.status_code == 409
    assert courier_zhao.user.phone not in f"{answer.text}{answer.headers}"
    assert "oc-call" not in desk.get(url("console_parts", overdue)).text


def test_nobody_else_can_be_called(desk, overdue):
    assert desk.post(url("console_call", overdue, "stranger")).status_code == 404
    assert not calls_about(overdue.order.no).exists()


def test_a_false_alarm_needs_a_reason(desk, overdue):
    assert desk.post(url("console_dismiss", overdue), {"reason": ""}).status_code == 422
    assert desk.post(url("console_dismiss", overdue), {"reason": "The clock was wrong"}).status_code == 204
    overdue.refresh_from_db()
    assert (overdue.status, overdue.resolution) == (TicketStatus.DISMISSED, "The clock was wrong")


def test_reopening(desk, overdue, operator_wang):
    services.resolve(ticket=overdue, actor=operator_wang, resolution="Arrived")
    assert url("console_reopen", overdue) in desk.get(url("console_ticket", overdue)).content.decode()
    assert desk.post(url("console_reopen", overdue), {"reason": "It had not"}).status_code == 204
    overdue.refresh_from_db()
    assert overdue.status == TicketStatus.REOPENED
    assert desk.post(url("console_reopen", overdue), {"reason": "again"}).status_code == 409


# -- Facts -------------------------------------------------------------------------------------------------


def test_the_timeline_tells_order_ticket_and_money_in_their_order(overdue, operator_wang, simulated_clock):
    simulated_clock.advance(minutes=2)
    services.claim(ticket=overdue, actor=operator_wang)
    told = facts(overdue, viewer=None)
    assert [fact.at for fact in told] == sorted((fact.at for fact in told), reverse=True)
    assert {"order", "ticket", "money"} <= {fact.source for fact in told}
    claimed = next(fact for fact in told if fact.event and fact.event.kind == "claimed")
    assert "王客服" in claimed.who
    assert claimed.audience == TicketEvent.Audience.OPERATORS


def test_a_photo_and_the_words_of_a_report_are_shown(desk, damaged):
    page = desk.get(url("console_ticket", damaged))
    assert "The screen is cracked" in text_of(page)
    assert url("console_photo", damaged, damaged.evidence.get().pk) in page.content.decode()


def test_other_tickets_of_the_same_people(damaged, place, operator_wang, student_mei):
    of_lin = services.report(order=place(), type="other", source="operator", actor=operator_wang)
    of_mei = services.report(order=place(student_mei), type="other", source="operator", actor=operator_wang)
    found = selectors.past(damaged)
    assert [ticket.no for ticket in found.rows] == [of_lin.no]
    assert (found.customer, found.courier) == (1, 0)
    assert of_mei.no not in [ticket.no for ticket in found.rows]


def test_a_persons_words_are_never_markup(desk, order, operator_wang):
    ticket = services.report(
        order=order,
        type="other",
        source="operator",
        actor=operator_wang,
        description="<script>alert(1)</script>",
    )
    for address in (url("console_ticket", ticket), reverse("exceptions:console_queue")):
        assert "<script>alert" not in desk.get(address).content.decode()


def test_opened_twice_in_a_row_the_page_shows_the_same_ticket(client_of, operator_wang, overdue):
    answer = client_of(operator_wang).get(url("console_ticket", overdue))
    assert answer.url == f"{reverse('exceptions:console')}?t={overdue.no}"
