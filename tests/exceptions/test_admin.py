"""The admin's pages on exceptions: looked at by operators of the campus, changed by supervisors, through services."""

import pytest
from django.urls import reverse

from accounts.models import StaffRole
from core import outbox
from core.models import HandlerRun, OutboxEvent
from exceptions.actions import run_action
from exceptions.models import CompensationRule, ExceptionType, Ticket
from tests import factories

HOME = "admin:exceptions_"


@pytest.fixture
def supervisor_far(other_campus):
    user = factories.UserFactory(username="boss", name="Boss", campus=other_campus, is_staff=True)
    factories.StaffRoleFactory(user=user, campus=other_campus, role=StaffRole.Role.SUPERVISOR)
    return user


# -- Tickets -----------------------------------------------------------------------------------------------


def test_a_ticket_opens_by_its_number_and_by_its_key(client_of, operator_wang, overdue):
    browser = client_of(operator_wang)
    for name in (overdue.no, overdue.pk):
        page = browser.get(reverse(HOME + "ticket_change", args=[name])).content.decode()
        assert overdue.no in page
        assert reverse("exceptions:console_parts", args=[overdue.no]) in page
    assert browser.get(reverse(HOME + "ticket_change", args=["NOSUCH"])).status_code in (302, 404)


def test_tickets_are_listed_for_their_campus_only(client_of, operator_wang, supervisor_far, overdue):
    address = reverse(HOME + "ticket_changelist")
    assert overdue.no in client_of(operator_wang).get(address).content.decode()
    assert overdue.no not in client_of(supervisor_far).get(address).content.decode()
    assert client_of(supervisor_far).get(address, {"q": overdue.no}).context["cl"].result_count == 0
    assert (
        client_of(supervisor_far).get(reverse(HOME + "ticket_change", args=[overdue.no])).status_code == 404
    )


def test_a_ticket_is_never_edited_added_or_deleted_by_hand(client_of, supervisor_sun, overdue):
    supervisor_sun.is_superuser = True
    supervisor_sun.save()
    browser = client_of(supervisor_sun)
    assert browser.get(reverse(HOME + "ticket_add")).status_code == 403
    assert (
        browser.post(reverse(HOME + "ticket_delete", args=[overdue.pk]), {"post": "yes"}).status_code == 403
    )
    browser.post(reverse(HOME + "ticket_change", args=[overdue.pk]), {"status": "closed"})
    overdue.refresh_from_db()
    assert overdue.status == "open"
    assert Ticket.objects.count() == 2  # overdue, and the stalled delivery beside it


# -- The type library --------------------------------------------------------------------------------------


def type_form(kind: ExceptionType, **changes) -> dict:
    names = [
        "name_zh", "name_en", "group", "severity", "detection", "report_from", "report_until", "respond_minutes",
        "resolve_minutes", "suggested_action", "question_to", "likely_cause", "likely_delay_minutes",
    ]  # fmt: skip
    data = {name: getattr(kind, name) for name in names}
    flags = ["is_active", "customer_may_report", "courier_may_report", "tell_customer", "tell_courier"]
    return data | {name: "on" for name in flags if getattr(kind, name)} | changes


def test_a_supervisor_edits_a_type(client_of, supervisor_sun, library):
    kind = ExceptionType.objects.get(pk="overdue")
    address = reverse(HOME + "exceptiontype_change", args=["overdue"])
    answer = client_of(supervisor_sun).post(address, type_form(kind, respond_minutes=2, code="renamed"))
    assert answer.status_code == 302
    kind.refresh_from_db()
    assert kind.respond_minutes == 2
    assert not ExceptionType.objects.filter(pk="renamed").exists()


def test_a_type_cannot_be_solved_before_it_is_answered(client_of, supervisor_sun, library):
    kind = ExceptionType.objects.get(pk="overdue")
    address = reverse(HOME + "exceptiontype_change", args=["overdue"])
    answer = client_of(supervisor_sun).post(address, type_form(kind, respond_minutes=60, resolve_minutes=5))
    assert "It cannot be solved before the first answer is due." in answer.content.decode()


def test_support_reads_the_library(client_of, operator_wang, library):
    browser = client_of(operator_wang)
    address = reverse(HOME + "exceptiontype_change", args=["overdue"])
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"respond_minutes": 1}).status_code == 403
    assert browser.get(reverse(HOME + "exceptiontype_add")).status_code == 403


# -- Rules -------------------------------------------------------------------------------------------------


@pytest.fixture
def rule(campus, library) -> CompensationRule:
    return CompensationRule.objects.get(campus=campus, type="overdue", status="live")


TIERS = {
    "formula": "tier_by_minutes_late", "borne_by": "platform", "cap": "20", "tiers": "8 2\n15：4,5".replace(",", "."),
}  # fmt: skip


def test_saving_a_rule_makes_a_new_version(client_of, supervisor_sun, rule, overdue):
    ruling = run_action(
        ticket=overdue, action="compensate", actor=supervisor_sun, key="k",
        params={"amount_fen": 300, "grade": "", "borne_by": "platform", "text": "Sorry"},
    )  # fmt: skip
    answer = client_of(supervisor_sun).post(reverse(HOME + "compensationrule_change", args=[rule.pk]), TIERS)
    assert answer.status_code == 302
    rule.refresh_from_db()
    assert not rule.in_force
    live = CompensationRule.objects.get(campus=rule.campus, type="overdue", status="live")
    assert (live.version, live.published_by) == (rule.version + 1, supervisor_sun)
    assert live.params == {"tiers": [[8, 200], [15, 450]]}
    assert live.cap_fen == 2000
    assert overdue.rulings.get(pk=ruling.data["ruling"]).rule == rule


def test_an_old_version_is_only_looked_at(client_of, supervisor_sun, rule):
    browser = client_of(supervisor_sun)
    address = reverse(HOME + "compensationrule_change", args=[rule.pk])
    browser.post(address, TIERS)
    assert browser.get(address).status_code == 200
    assert browser.post(address, TIERS).status_code == 403
    assert CompensationRule.objects.filter(type="overdue").count() == 2


@pytest.mark.parametrize("tiers", ["", "eight 2", "8", "8 2\n8 3", "8 5\n15 2"])
def test_figures_that_are_none_come_back_with_a_sentence(client_of, supervisor_sun, rule, tiers):
    address = reverse(HOME + "compensationrule_change", args=[rule.pk])
    answer = client_of(supervisor_sun).post(address, TIERS | {"tiers": tiers})
    assert "The figures do not fit the formula." in answer.content.decode()
    assert CompensationRule.objects.filter(type="overdue").count() == 1


def test_rules_of_another_campus_are_out_of_reach(client_of, supervisor_far, operator_wang, rule):
    address = reverse(HOME + "compensationrule_change", args=[rule.pk])
    assert client_of(supervisor_far).get(address).status_code == 302  # "does not exist", back to the admin
    assert client_of(supervisor_far).post(address, TIERS).status_code == 302
    assert client_of(operator_wang).post(address, TIERS).status_code == 403
    rule.refresh_from_db()
    assert rule.in_force


def test_a_rule_for_another_campus_cannot_be_added(client_of, supervisor_far, rule, other_campus):
    browser, address = client_of(supervisor_far), reverse(HOME + "compensationrule_add")
    data = TIERS | {"type": "overdue"}
    answer = browser.post(address, data | {"campus": rule.campus_id})
    assert "Select a valid choice" in answer.content.decode()
    assert browser.post(address, data | {"campus": other_campus.pk}).status_code == 302
    assert CompensationRule.objects.filter(campus=other_campus, type="overdue", status="live").count() == 1


# -- What was decided, what failed -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ruling", "scanfailure", "compensationrule", "exceptiontype", "ticket"])
def test_lists_open(client_of, supervisor_sun, overdue, name):
    run_action(
        ticket=overdue, action="compensate", actor=supervisor_sun, key="k",
        params={"amount_fen": 300, "grade": "", "borne_by": "platform", "text": "Sorry"},
    )  # fmt: skip
    answer = client_of(supervisor_sun).get(reverse(f"{HOME}{name}_changelist"))
    assert answer.status_code == 200


def test_rulings_are_looked_at_by_their_campus(client_of, operator_wang, supervisor_far, overdue):
    run_action(
        ticket=overdue, action="compensate", actor=operator_wang, key="k",
        params={"amount_fen": 345, "grade": "", "borne_by": "platform", "text": "Sorry"},
    )  # fmt: skip
    ruling = overdue.rulings.get()
    lists = reverse(HOME + "ruling_changelist")
    assert "¥3.45" in client_of(operator_wang).get(lists).content.decode()
    assert "¥3.45" not in client_of(supervisor_far).get(lists).content.decode()
    page = reverse(HOME + "ruling_change", args=[ruling.pk])
    assert client_of(operator_wang).get(page).status_code == 200
    assert client_of(operator_wang).post(page, {"amount_fen": 1}).status_code == 403


@pytest.fixture
def superuser_root(campus):
    return factories.UserFactory(name="站长", campus=campus, is_staff=True, is_superuser=True)


@pytest.fixture
def dead_letter(db) -> HandlerRun:
    event = OutboxEvent.objects.create(name="test.event", due_at=None)
    return HandlerRun.objects.create(
        event=event,
        handler="nowhere.handler",
        status=HandlerRun.Status.DEAD,
        attempts=10,
        error="ValueError: no",
    )


def test_a_superuser_requeues_a_dead_letter(client_of, superuser_root, dead_letter):
    address = reverse("admin:core_handlerrun_changelist")
    data = {"action": "try_again", "_selected_action": [dead_letter.pk]}
    with outbox.deferred_delivery():
        client_of(superuser_root).post(address, data)
    dead_letter.refresh_from_db()
    assert (dead_letter.status, dead_letter.attempts) == (HandlerRun.Status.RETRY, 0)
    assert (
        dead_letter.event.due_at is not None
        or OutboxEvent.objects.get(pk=dead_letter.event_id).due_at is not None
    )


def test_nobody_of_one_campus_sees_the_events_of_all(client_of, operator_wang, supervisor_sun, dead_letter):
    for operator in (operator_wang, supervisor_sun):
        browser = client_of(operator)
        for name, row in (("handlerrun", dead_letter), ("outboxevent", dead_letter.event)):
            assert browser.get(reverse(f"admin:core_{name}_changelist")).status_code == 403
            assert browser.get(reverse(f"admin:core_{name}_change", args=[row.pk])).status_code == 403


def test_a_supervisor_does_not_requeue_a_dead_letter(client_of, supervisor_sun, dead_letter):
    data = {"action": "try_again", "_selected_action": [dead_letter.pk]}
    assert (
        client_of(supervisor_sun).post(reverse("admin:core_handlerrun_changelist"), data).status_code == 403
    )
    dead_letter.refresh_from_db()
    assert dead_letter.status == HandlerRun.Status.DEAD
