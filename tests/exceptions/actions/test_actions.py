"""Each step does what its preview said, once, and only for those who may."""

from datetime import timedelta

import pytest

from core import clock
from core.errors import Invalid, NotAllowed, WrongState
from delivery.models import LegStatus
from dispatch import services as dispatch
from exceptions.actions import ACTIONS, find_previous_run, run_action, undo_action
from exceptions.detection.scanner import scan
from exceptions.library.rules import publish_compensation_rule
from exceptions.models import CompensationRule, Ruling
from exceptions.tickets import services
from orders.models import Order
from payments.selectors import check_ledger
from payments.services import balance
from tests.exceptions.actions.running import filled, last_entry, previewed, run

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "step, params",
    [
        ("compensate", {"grade": "medium"}),
        ("compensate", {"grade": "total", "borne_by": "courier"}),
        ("compensate", {"grade": "light", "amount_fen": "3", "borne_by": "courier", "text": "Agreed on ¥3"}),
        ("refund", {"amount_fen": "2.50"}),
    ],
)
def test_the_money_moves_as_previewed(damaged, operator_wang, moved, step, params):
    before, said = last_entry(), previewed(damaged, step, **params)
    assert sum(said.values()) == 0
    run(damaged, step, operator_wang, **params)
    assert moved(before, damaged.order) == said
    assert check_ledger() == []


def test_a_refund_of_a_cancelled_order_comes_from_what_is_held_for_it(
    order, operator_wang, student_lin, moved
):
    ticket = services.report(order=order, type="price_disputed", source="customer", actor=student_lin)
    said = previewed(ticket, "cancel_order")
    before = last_entry()
    run(ticket, "cancel_order", operator_wang)
    assert said == {"customer": order.total_fen, "order": -order.total_fen}
    assert moved(before, order) == said


def test_a_button_pressed_twice_is_pressed_once(damaged, operator_wang, student_lin):
    press = {
        "ticket": damaged, "action": "compensate", "actor": operator_wang, "key": "1",
        "params": filled(damaged, "compensate", grade="light").cleaned_data,
    }  # fmt: skip
    first = run_action(**press)
    wallet = balance("wallet", user=student_lin)
    assert run_action(**press) == first
    assert find_previous_run(ticket=damaged, key="1") == first
    assert balance("wallet", user=student_lin) == wallet
    assert Ruling.objects.count() == 1


# -- Compensation ----------------------------------------------------------------------------------------------


def test_by_the_rule(damaged, operator_wang, student_lin):
    wallet = balance("wallet", user=student_lin)
    entry = run(damaged, "compensate", operator_wang, grade="medium")
    assert balance("wallet", user=student_lin) == wallet + 4800  # 60 % of ¥80
    ruling = Ruling.objects.get()
    assert (ruling.amount_fen, ruling.ruled_fen, ruling.by) == (4800, None, operator_wang)
    assert ruling.rule.version == 1
    assert (entry.audience, entry.data["fen"]) == ("customer", 4800)
    told = student_lin.notices.get(kind="ticket_compensate")
    assert told.title == "¥48 compensation is in your wallet"
    assert told.body == damaged.type.name  # no full stop before nothing


def test_minutes_late_decide_the_tier(overdue, operator_wang, simulated_clock, student_lin):
    simulated_clock.advance(minutes=24)  # 25 late
    assert previewed(overdue, "compensate") == {"customer": 300, "platform": -300}


def test_what_was_paid_before_counts(overdue, operator_wang, simulated_clock):
    simulated_clock.advance(minutes=14)
    run(overdue, "compensate", operator_wang)  # ¥2
    services.resolve(ticket=overdue, actor=operator_wang, resolution="Coming")
    simulated_clock.advance(minutes=20)
    scan()
    second = overdue.order.tickets.filter(type="overdue").latest("pk")
    assert second != overdue
    assert previewed(second, "compensate") == {"customer": 300, "platform": -300}  # ¥5 at 35 min, less ¥2


def test_another_amount_needs_a_reason_and_is_recorded(damaged, operator_wang):
    form = ACTIONS["compensate"].form(damaged, {"grade": "light", "amount_fen": "30", "borne_by": "platform"})
    assert "text" in form.errors
    run(damaged, "compensate", operator_wang, grade="light", amount_fen="30", text="The box too")
    ruling = Ruling.objects.get()
    assert (ruling.amount_fen, ruling.ruled_fen, ruling.reason) == (3000, 2400, "The box too")


def test_above_the_cap_only_a_supervisor_decides(damaged, operator_wang, supervisor_sun):
    params = {"grade": "total", "amount_fen": "150", "text": "A special case"}
    said = ACTIONS["compensate"].preview(damaged, filled(damaged, "compensate", **params).cleaned_data)
    # Not the cap of ¥100: the goods were worth ¥80, and that much was paid for bringing them.
    most = (8000 + damaged.order.total_fen) // 100
    assert said.warning == f"Above ¥{most} only a supervisor may decide."
    with pytest.raises(NotAllowed):
        run(damaged, "compensate", operator_wang, **params)
    run(damaged, "compensate", supervisor_sun, **params)


def test_lateness_never_costs_wages(overdue, operator_wang):
    form = ACTIONS["compensate"].form(overdue, {"amount_fen": "1", "borne_by": "courier", "text": "x"})
    assert "borne_by" in form.errors
    with pytest.raises(Invalid, match="never costs wages"):
        run_action(
            ticket=overdue, action="compensate", actor=operator_wang, key="1",
            params={"amount_fen": 100, "borne_by": "courier", "text": "x", "grade": ""},
        )  # fmt: skip


def test_the_courier_pays_at_most_what_the_job_paid_and_hears_of_it(damaged, operator_wang, courier_zhao):
    earned = damaged.order.courier_fen
    entry = run(damaged, "compensate", operator_wang, grade="total", borne_by="courier")
    assert entry.data["courier_fen"] == earned
    assert balance("courier_earnings", user=courier_zhao.user) == 0
    charged = damaged.events.get(kind="charged")
    assert (charged.data, charged.audience) == ({"fen": earned}, "courier")
    assert courier_zhao.user.notices.filter(kind="ticket_charged").count() == 1


def test_nothing_by_rule_needs_an_amount(overdue, operator_wang):
    form = ACTIONS["compensate"].form(overdue, {"borne_by": "platform"})  # a minute late: nothing yet
    assert "amount_fen" in form.errors


# -- Time ------------------------------------------------------------------------------------------------------


def test_extending_moves_promise_and_alarm_and_tells(overdue, operator_wang, student_lin, courier_zhao):
    run(overdue, "extend_promise", operator_wang, minutes=20, cause="shop", text="Long queue")
    order = Order.objects.get(pk=overdue.order_id)
    assert order.promised_at == order.promise_due_at == clock.now() + timedelta(minutes=20)
    told = student_lin.notices.get(kind="ticket_extend_promise")
    assert "the shop is slow" in told.body
    assert "Long queue" in told.body
    assert courier_zhao.user.notices.filter(kind="promise_extended").count() == 1  # by dispatch


def test_extending_can_be_taken_back_once(overdue, operator_wang):
    before = overdue.order.promised_at
    entry = run(overdue, "extend_promise", operator_wang)
    undone = undo_action(ticket=overdue, entry=entry, actor=operator_wang, key="u")
    order = Order.objects.get(pk=overdue.order_id)
    assert order.promised_at == order.promise_due_at == before
    assert order.legs.get().due_at == before
    assert undo_action(ticket=overdue, entry=entry, actor=operator_wang, key="v") == undone


def test_an_older_extension_stays(overdue, operator_wang):
    first = run(overdue, "extend_promise", operator_wang, key="1")
    run(overdue, "extend_promise", operator_wang, key="2")
    with pytest.raises(WrongState):
        undo_action(ticket=overdue, entry=first, actor=operator_wang, key="u")


def test_money_cannot_be_taken_back(damaged, operator_wang):
    entry = run(damaged, "compensate", operator_wang, grade="light")
    with pytest.raises(NotAllowed):
        undo_action(ticket=damaged, entry=entry, actor=operator_wang, key="u")


# -- Another courier -------------------------------------------------------------------------------------------


@pytest.fixture
def stalled(order, walk, simulated_clock):
    """Zhao has accepted and does not come."""
    walk(order, "assigned")
    simulated_clock.move_to(order.stage_due_at)
    scan()
    return order.tickets.get(type="stalled_pickup")


def test_reassigning_puts_it_at_the_head_with_a_bonus(stalled, operator_wang, courier_zhao):
    assert previewed(stalled, "reassign", bonus_fen="2") == {"platform": -200}
    run(stalled, "reassign", operator_wang, bonus_fen="2")
    leg = stalled.order.legs.get(status=LegStatus.OPEN)
    assert (leg.priority, leg.bonus_fen) == (1, 200)
    assert list(leg.excluded.all()) == [courier_zhao]
    stalled.refresh_from_db()
    assert stalled.status == "resolved"  # another courier is being looked for: nothing is stalled any more


def test_reassigning_to_somebody_by_name(stalled, operator_wang, courier_qian, courier_zhao):
    run(stalled, "reassign", operator_wang, courier=courier_qian.pk)
    leg = stalled.order.legs.get(status=LegStatus.ASSIGNED)
    assert leg.courier == courier_qian
    assert courier_zhao.user.notices.filter(kind="job_withdrawn").count() == 1


def test_naming_a_courier_while_another_is_being_asked(
    order, operator_wang, courier_qian, courier_zhao, simulated_clock
):
    simulated_clock.move_to(order.stage_due_at)
    scan()
    offer = dispatch.make_offer(courier=courier_zhao, legs=[order.legs.get()])
    run(order.tickets.get(), "reassign", operator_wang, courier=courier_qian.pk)
    offer.refresh_from_db()
    leg = order.legs.get()
    assert (leg.status, leg.courier, offer.status) == (LegStatus.ASSIGNED, courier_qian, "withdrawn")


def test_reassigning_to_the_same_one_is_refused(stalled, operator_wang, courier_zhao):
    with pytest.raises(WrongState):
        run(stalled, "reassign", operator_wang, courier=courier_zhao.pk)


def test_couriers_of_another_campus_cannot_be_chosen(stalled, other_campus):
    from tests.factories import CourierFactory

    form = ACTIONS["reassign"].form(stalled, {"courier": CourierFactory(campus=other_campus).pk})
    assert "courier" in form.errors


def test_goods_on_the_way_cannot_be_reassigned(overdue, operator_wang):
    assert ACTIONS["reassign"].available(overdue, operator_wang)
    with pytest.raises(WrongState):
        run(overdue, "reassign", operator_wang)


# -- Warning ---------------------------------------------------------------------------------------------------


def test_the_first_offence_is_a_warning_and_later_ones_take_points(
    damaged, operator_wang, courier_zhao, student_lin, photo
):
    with pytest.raises(Invalid, match="first offence"):
        run(damaged, "warn", operator_wang, points=4)
    run(damaged, "warn", operator_wang)
    courier_zhao.refresh_from_db()
    assert courier_zhao.credit == 100
    assert courier_zhao.user.notices.get(kind="ticket_warn").title == "Please take care: a warning"

    second = services.report(
        order=damaged.order, type="goods_missing", source="customer", actor=student_lin, photos=[photo()]
    )
    entry = run(second, "warn", operator_wang)
    assert entry.data["points"] == 2  # as suggested
    courier_zhao.refresh_from_db()
    assert courier_zhao.credit == 98

    undo_action(ticket=second, entry=entry, actor=operator_wang, key="u")
    courier_zhao.refresh_from_db()
    assert courier_zhao.credit == 100
    assert Ruling.objects.get(pk=entry.data["ruling"]).revoked_at is not None


def test_warned_once_for_one_thing(damaged, operator_wang):
    run(damaged, "warn", operator_wang, key="1")
    with pytest.raises(WrongState):
        run(damaged, "warn", operator_wang, key="2")


def test_nobodys_fault_is_not_warned_of(order, walk, operator_wang, courier_zhao):
    walk(order, "assigned")
    ticket = services.report(order=order, type="no_entry", source="courier", actor=courier_zhao.user)
    assert ACTIONS["warn"].available(ticket, operator_wang)


# -- Asking ----------------------------------------------------------------------------------------------------


def test_the_courier_is_asked_and_answers(overdue, operator_wang, courier_zhao, simulated_clock):
    due = overdue.resolve_by
    run(overdue, "ask_party", operator_wang, minutes=5)
    overdue.refresh_from_db()
    assert (overdue.status, overdue.asked_party) == ("waiting_party", "courier")
    assert overdue.answer_by == overdue.next_due == clock.now() + timedelta(minutes=5)
    assert overdue.resolve_by == due + timedelta(minutes=5)
    assert courier_zhao.user.notices.filter(kind="ticket_ask_party").count() == 1
    simulated_clock.advance(minutes=2)
    services.answer(ticket=overdue, actor=courier_zhao.user, text="A flat tyre, ten minutes")
    overdue.refresh_from_db()
    assert (overdue.status, overdue.answer_by) == ("working", None)
    assert overdue.resolve_by == due + timedelta(minutes=2)  # only the time that was waited
    answer = overdue.events.get(kind="answered")
    assert (answer.text, answer.role, answer.audience) == ("A flat tyre, ten minutes", "courier", "courier")


def test_silence_takes_the_ticket_back_to_work(overdue, operator_wang, simulated_clock):
    run(overdue, "ask_party", operator_wang, minutes=3)
    simulated_clock.advance(minutes=2)
    assert services.expire_questions() == 0
    simulated_clock.advance(minutes=1)
    assert services.expire_questions() == 1
    assert services.expire_questions() == 0
    overdue.refresh_from_db()
    assert overdue.status == "working"
    assert overdue.events.filter(kind="silent").count() == 1


def test_only_one_question_at_a_time(overdue, operator_wang):
    run(overdue, "ask_party", operator_wang, key="1")
    with pytest.raises(WrongState):
        run(overdue, "ask_party", operator_wang, key="2")


# -- Everything ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", list(ACTIONS))
def test_settled_tickets_and_strangers_are_refused(
    damaged, operator_wang, finance_li, student_lin, step, other_campus
):
    from tests.factories import StaffRoleFactory

    said = {"note": {"text": "x"}, "resolve": {"resolution": "x"}}.get(step, {})
    # What needs goods in hand can be filled in only then: it is refused before it is read.
    params = {} if step == "rescue" else filled(damaged, step, **said).cleaned_data
    for actor in (finance_li, student_lin, StaffRoleFactory(campus=other_campus).user):
        with pytest.raises(NotAllowed):
            run_action(ticket=damaged, action=step, params=params, actor=actor, key="k")
    services.dismiss(ticket=damaged, actor=operator_wang, reason="Nothing")
    if step != "note":
        with pytest.raises(WrongState):
            run_action(ticket=damaged, action=step, params=params, actor=operator_wang, key="k")


def test_dispatchers_move_orders_but_no_money(damaged, campus):
    from tests.factories import StaffRoleFactory

    dispatcher = StaffRoleFactory(campus=campus, role="dispatcher").user
    with pytest.raises(NotAllowed):
        run(damaged, "compensate", dispatcher, grade="light")


def test_a_step_takes_the_ticket_up_but_an_internal_note_does_not(overdue, operator_wang):
    services.note(ticket=overdue, actor=operator_wang, text="Strange")
    overdue.refresh_from_db()
    assert (overdue.status, overdue.responded_at) == ("open", None)
    run(overdue, "extend_promise", operator_wang)
    overdue.refresh_from_db()
    assert (overdue.status, overdue.assignee, overdue.responded_at) == ("working", operator_wang, clock.now())


def test_a_rule_is_changed_by_a_new_version(campus, damaged, operator_wang, supervisor_sun):
    fixed = CompensationRule(
        campus=campus, type=damaged.type, formula="fixed", params={"fen": 500}, cap_fen=600
    )
    rule = publish_compensation_rule(fixed, actor=supervisor_sun)
    assert (rule.version, rule.params) == (2, {"fen": 500})
    assert CompensationRule.objects.filter(campus=campus, type=damaged.type, status="live").get() == rule


@pytest.mark.parametrize(
    "formula, params",
    [
        ("fixed", {}),
        ("fixed", {"fen": -1}),
        ("tier_by_minutes_late", {"tiers": []}),
        ("tier_by_minutes_late", {"tiers": [[10, 300], [20, 200]]}),
        ("tier_by_minutes_late", {"tiers": [[10, 300], [10, 400]]}),
        ("share_of_goods_value", {"grades": {"terrible": 10}}),
        ("share_of_goods_value", {"grades": {"light": 130}}),
    ],
)
def test_figures_that_are_none_are_refused(campus, library, formula, params):
    rule = CompensationRule(
        campus=campus, type_id="goods_damaged", formula=formula, params=params, cap_fen=100
    )
    with pytest.raises(Invalid):
        publish_compensation_rule(rule)
