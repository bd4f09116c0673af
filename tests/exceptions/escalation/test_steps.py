"""A ticket whose time has run out goes from hand to hand until somebody takes it."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.errors import NotAllowed, WrongState
from core.outbox import drain
from exceptions.escalation import services as escalation
from exceptions.escalation.policies import policy_for
from exceptions.library.models import ExceptionType
from exceptions.library.shipped import shipped_policies
from exceptions.models import EscalationPolicy, TicketEvent
from exceptions.tickets import services
from notifications.models import Notice
from tests.exceptions.escalation.conftest import escalation_of, told

pytestmark = pytest.mark.django_db
Severity = ExceptionType.Severity


def test_the_steps_follow_each_other_and_are_gone_through_again(ticket, live, asked, operator_wang):
    services.assign(ticket=ticket, actor=operator_wang, to=operator_wang)
    live(110)
    round_ = [
        ("assignee", ["王客服"]),
        ("group", ["王客服"]),
        ("supervisor", ["孙主管"]),
        ("page", ["孙主管"]),
    ]
    # 5: the first answer's clock. 60: the solution's, which brings a round more.
    times = [5, 10, 20, 30, 60, 65, 75, 85]
    assert asked() == [(at, *step) for at, step in zip(times, round_ * 2, strict=True)]
    live(60)
    assert [at for at, *_step in asked()][8:] == [115, 120, 130, 140]
    assert escalation_of(ticket).next_at is None
    live(120)
    assert len(asked()) == 12


def test_a_step_that_reaches_nobody_does_not_hold_up_the_next(ticket, live, asked, operator_wang):
    live(6)
    assert asked() == [(5, "assignee", []), (5, "group", ["王客服"])]
    operator_wang.is_active = False
    operator_wang.save()
    live(50)
    assert [(at, to) for at, to, _who in asked()][2:] == [
        (15, "supervisor"),
        (25, "page"),
        (55, "assignee"),
        (55, "group"),
        (55, "supervisor"),
    ]


def test_where_there_is_no_supervisor_superusers_are_asked(ticket, live, asked, supervisor_sun, admin_user):
    supervisor_sun.is_active = False
    supervisor_sun.save()
    live(15)
    assert asked()[-1] == (15, "supervisor", [admin_user.display_name])


def test_who_was_asked_reads_of_it_and_the_log_says_so(ticket, live, operator_wang, supervisor_sun):
    live(30)
    assert told(operator_wang) == ["escalation"]
    assert told(supervisor_sun) == ["escalation", "escalation_page"]
    notice = Notice.objects.get(user=operator_wang, kind="escalation")
    assert (notice.title, notice.link) == (
        "Please take it: Something else",
        reverse("exceptions:console_ticket", args=[ticket.no]),
    )
    assert notice.body.startswith("Time ran out: first answer, worked on. ")


def test_whoever_takes_it_has_so_long(ticket, live, asked, operator_wang, supervisor_sun):
    live(8)
    assert escalation.acknowledge(ticket=ticket, actor=operator_wang).data["by"] == "console"
    assert escalation.acknowledge(ticket=ticket, actor=operator_wang) is None  # pressed twice
    ticket.refresh_from_db()
    assert ticket.assignee == operator_wang
    drain()
    assert not Notice.objects.filter(kind="escalation", read_at=None).exists()
    live(18)
    assert len(asked()) == 2
    live(3)  # 28: it has lapsed, and nobody has answered Lin
    assert asked()[2:] == [(28, "supervisor", ["孙主管"])]


def test_to_take_it_is_no_answer(ticket, live, operator_wang):
    live(6)
    escalation.acknowledge(ticket=ticket, actor=operator_wang)
    ticket.refresh_from_db()
    assert ticket.responded_at is None
    assert escalation_of(ticket).ended_at is None


def test_somebody_else_may_take_it_over(ticket, live, asked, operator_wang, supervisor_sun):
    live(8)
    escalation.acknowledge(ticket=ticket, actor=operator_wang)
    live(10)
    escalation.acknowledge(ticket=ticket, actor=supervisor_sun)
    live(19)
    assert len(asked()) == 2
    live(2)
    assert [at for at, *_ in asked()][2:] == [38]


def test_an_answer_ends_it(ticket, live, asked, operator_wang, simulated_clock):
    live(6)
    services.note(ticket=ticket, actor=operator_wang, text="It is on its way", audience="customer")
    assert escalation_of(ticket).ended_at == simulated_clock()
    live(50)
    assert len(asked()) == 2


def test_the_solution_s_clock_starts_another_one(ticket, live, asked, operator_wang):
    services.note(ticket=ticket, actor=operator_wang, text="We look", audience="customer")
    live(61)
    assert ticket.escalations.count() == 1
    assert asked() == [(60, "assignee", ["王客服"])]
    services.note(ticket=ticket, actor=operator_wang, text="We are still looking", audience="customer")
    live(18)
    assert len(asked()) == 1  # an answer is as good as taking it, for a while
    live(4)
    assert asked()[1:] == [(81, "group", ["王客服"])]


def test_a_matter_of_safety_begins_at_once_and_pages_at_once(hazard, live, asked, supervisor_sun):
    ticket = hazard()
    live(0)
    assert [(at, to) for at, to, _who in asked(ticket)] == [
        (0, "assignee"), (0, "group"), (0, "supervisor"), (0, "page"),
    ]  # fmt: skip
    assert Notice.objects.filter(user=supervisor_sun, kind="escalation_page", severity=1).exists()
    assert escalation_of(ticket).cause == "opened"


def test_a_matter_of_safety_that_is_opened_again_is_escalated_again(hazard, live, asked, operator_wang):
    ticket = hazard()
    services.claim(ticket=ticket, actor=operator_wang)
    services.dismiss(ticket=ticket, actor=operator_wang, reason="A scratch")
    live(30)
    assert asked(ticket) == []
    services.reopen(ticket=ticket, actor=operator_wang, reason="It is broken")
    live(0)
    assert len(asked(ticket)) == 4


def test_it_keeps_the_policy_that_was_live_when_it_started(ticket, live, asked, policy):
    live(6)
    policy(supervisor_minutes=1, page_minutes=None, repeats=0)
    live(25)
    assert [(at, to) for at, to, _who in asked()][2:] == [(15, "supervisor"), (25, "page")]


def test_a_step_is_kept_once_by_the_database(ticket, live):
    live(6)
    first = ticket.events.filter(kind="escalated").first()
    with pytest.raises(IntegrityError, match=r"ticket_event_once|UNIQUE"), transaction.atomic():
        TicketEvent.objects.create(ticket=ticket, kind="escalated", key=first.key, data=first.data)


def test_only_operators_of_the_campus_take_it(ticket, live, courier_zhao, finance_li):
    live(6)
    for person in (courier_zhao.user, finance_li):
        with pytest.raises(NotAllowed):
            escalation.acknowledge(ticket=ticket, actor=person)


def test_there_is_nothing_to_take_of_what_is_not_escalated(ticket, operator_wang):
    with pytest.raises(WrongState):
        escalation.acknowledge(ticket=ticket, actor=operator_wang)


def test_each_severity_has_a_shipped_policy(campus, library):
    assert set(shipped_policies()) == set(Severity.values)
    EscalationPolicy.objects.all().delete()
    assert [policy_for(campus.pk, severity).steps for severity in Severity.values] == [
        EscalationPolicy(**shipped_policies()[severity]).steps for severity in Severity.values
    ]


def test_the_console_shows_it_and_takes_it_with_one_press(ticket, live, desk, operator_wang):
    page = reverse("exceptions:console_ticket", args=[ticket.no])
    assert "I take it" not in desk.get(page).text
    live(6)
    shown = desk.get(page).text
    assert "Time ran out: first answer, worked on" in shown
    assert "Asked the group on duty: 王客服 (in the inbox)" in shown
    assert "Next: the supervisor on duty, at 10:15." in shown
    assert desk.post(reverse("exceptions:console_acknowledge", args=[ticket.no])).status_code == 204
    assert "王客服 has taken it until 10:26." in desk.get(page).text
