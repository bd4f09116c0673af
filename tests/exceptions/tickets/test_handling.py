"""From new to closed: claiming, settling, reopening, rating, and what settles by itself."""

from datetime import timedelta

import pytest

from core import clock
from core.errors import Invalid, NotAllowed, TooLate, WrongState
from dispatch import services as dispatch
from exceptions.detection.scanner import scan
from exceptions.models import ExceptionType, Ticket
from exceptions.tickets import services
from exceptions.tickets.log import resolution_text
from orders import services as orders
from orders.models import Order
from orders.requests import ErrandRequest
from payments.services import balance
from telephony.selectors import calls_about

pytestmark = pytest.mark.django_db


@pytest.fixture
def wu(campus):
    """A second support agent."""
    from tests.factories import StaffRoleFactory

    return StaffRoleFactory(campus=campus, user__name="Wu").user


def test_claiming(overdue, operator_wang, wu):
    ticket = services.claim(ticket=overdue, actor=operator_wang)
    assert (ticket.status, ticket.assignee, ticket.responded_at) == ("working", operator_wang, clock.now())
    version = ticket.version
    assert services.claim(ticket=overdue, actor=operator_wang).version == version
    with pytest.raises(TooLate, match="handling it already"):
        services.claim(ticket=overdue, actor=wu)


def test_handing_on(overdue, operator_wang, wu, student_lin):
    services.claim(ticket=overdue, actor=operator_wang)
    assert services.assign(ticket=overdue, actor=operator_wang, to=wu).assignee == wu
    assert services.unassign(ticket=overdue, actor=wu).assignee is None
    with pytest.raises(Invalid):
        services.assign(ticket=overdue, actor=operator_wang, to=student_lin)


@pytest.mark.parametrize("who", ["student_lin", "finance_li"])
def test_only_handlers_handle(overdue, who, request):
    actor = request.getfixturevalue(who)
    for act in (
        lambda: services.claim(ticket=overdue, actor=actor),
        lambda: services.unassign(ticket=overdue, actor=actor),
        lambda: services.assign(ticket=overdue, actor=actor, to=actor),
        lambda: services.resolve(ticket=overdue, actor=actor, resolution="x"),
        lambda: services.dismiss(ticket=overdue, actor=actor, reason="x"),
        lambda: services.call_party(ticket=overdue, actor=actor, to="courier"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_calls_are_written_down(overdue, operator_wang, courier_zhao):
    dial = services.call_party(ticket=overdue, actor=operator_wang, to="courier")
    assert (dial.number, dial.hidden) == (courier_zhao.user.phone, False)
    call = calls_about(overdue.order.no).get()
    assert (call.caller, call.callee, call.ticket_no) == (operator_wang, courier_zhao.user, overdue.no)


def test_settled_reopened_rated_closed(damaged, operator_wang, student_lin, courier_zhao, simulated_clock):
    services.resolve(ticket=damaged, actor=operator_wang, resolution="Half of it paid")
    damaged.refresh_from_db()
    assert (damaged.status, damaged.resolution) == ("resolved", "Half of it paid")
    assert student_lin.notices.filter(kind="ticket_resolved").count() == 1
    assert courier_zhao.user.notices.filter(kind="ticket_resolved").count() == 1

    services.rate(ticket=damaged, actor=student_lin, stars=2)
    simulated_clock.advance(hours=1)
    ticket = services.reopen(ticket=damaged, actor=student_lin, reason="I was promised all of it")
    assert (ticket.status, ticket.rating, ticket.responded_at) == ("reopened", None, None)
    assert ticket.respond_by == clock.now() + timedelta(minutes=damaged.type.respond_minutes)
    with pytest.raises(WrongState):
        services.rate(ticket=damaged, actor=student_lin, stars=5)

    services.resolve(ticket=damaged, actor=operator_wang, resolution="All of it paid")
    services.rate(ticket=damaged, actor=student_lin, stars=5)
    simulated_clock.advance(hours=23)
    assert services.close_resolved() == 0
    simulated_clock.advance(hours=1)
    assert services.close_resolved() == 1
    assert services.close_resolved() == 0
    damaged.refresh_from_db()
    assert (damaged.status, damaged.rating) == ("closed", 5)

    simulated_clock.advance(days=5)
    assert services.reopen(ticket=damaged, actor=student_lin, reason="Again").status == "reopened"


def test_not_reopened_after_a_week_nor_by_strangers(
    damaged, operator_wang, student_lin, student_mei, simulated_clock
):
    services.resolve(ticket=damaged, actor=operator_wang, resolution="Paid")
    with pytest.raises(NotAllowed):
        services.reopen(ticket=damaged, actor=student_mei, reason="x")
    with pytest.raises(Invalid):
        services.reopen(ticket=damaged, actor=student_lin, reason=" ")
    simulated_clock.advance(days=7, seconds=1)
    with pytest.raises(WrongState):
        services.reopen(ticket=damaged, actor=student_lin, reason="x")


def test_not_reopened_beside_another_of_the_same_kind(damaged, operator_wang, student_lin, photo):
    services.resolve(ticket=damaged, actor=operator_wang, resolution="Paid")
    other = services.report(
        order=damaged.order, type="goods_damaged", source="customer", actor=student_lin, photos=[photo()]
    )
    with pytest.raises(WrongState, match=other.no):
        services.reopen(ticket=damaged, actor=student_lin, reason="x")


def test_twice_is_refused(damaged, operator_wang, student_lin):
    with pytest.raises(WrongState):
        services.reopen(ticket=damaged, actor=student_lin, reason="x")
    services.dismiss(ticket=damaged, actor=operator_wang, reason="A joke")
    with pytest.raises(WrongState):
        services.dismiss(ticket=damaged, actor=operator_wang, reason="A joke")
    with pytest.raises(WrongState):
        services.claim(ticket=damaged, actor=operator_wang)
    with pytest.raises(WrongState):
        services.answer(ticket=damaged, actor=student_lin, text="x")


def test_a_false_alarm_needs_a_reason_that_stays_inside(damaged, operator_wang, student_lin):
    with pytest.raises(Invalid):
        services.dismiss(ticket=damaged, actor=operator_wang, reason=" ")
    services.dismiss(ticket=damaged, actor=operator_wang, reason="He broke it himself")
    assert damaged.events.get(kind="dismissed").audience == "operators"
    assert not student_lin.notices.filter(body__contains="himself").exists()


def test_only_those_concerned_rate(damaged, operator_wang, courier_zhao, student_mei):
    services.resolve(ticket=damaged, actor=operator_wang, resolution="Paid")
    for actor in (courier_zhao.user, student_mei, operator_wang):
        with pytest.raises(NotAllowed):
            services.rate(ticket=damaged, actor=actor, stars=5)


# -- By itself -------------------------------------------------------------------------------------------------


def test_nobody_found_settles_when_somebody_takes_it(order, simulated_clock, walk):
    simulated_clock.move_to(order.stage_due_at)
    scan()
    walk(order, "assigned")
    ticket = Ticket.objects.get()
    assert (ticket.type_id, ticket.status) == ("stalled_unassigned", "resolved")
    assert resolution_text(ticket) == "A courier has taken it."


def test_delivered_too_little_late_settles_by_itself(overdue, walk, simulated_clock, student_lin):
    simulated_clock.advance(minutes=5)
    walk(overdue.order, "delivered")
    overdue.refresh_from_db()
    assert (overdue.status, overdue.resolution) == ("resolved", "auto:nothing_owed")
    assert not student_lin.notices.filter(kind="ticket_resolved").exists()


def test_delivered_late_waits_for_the_compensation(overdue, walk, simulated_clock):
    simulated_clock.advance(minutes=14)
    walk(overdue.order, "delivered")
    overdue.refresh_from_db()
    assert overdue.status == "open"
    assert overdue.events.get(kind="delivered").data == {"minutes_late": 15}
    stalled = Ticket.objects.filter(type__code__startswith="stalled")
    assert set(stalled.values_list("status", flat=True)) <= {"resolved"}


@pytest.mark.parametrize(("minutes", "has_ticket"), [(15, True), (2, False)])
def test_delivered_late_between_two_looks_of_the_scanner(
    order, walk, simulated_clock, student_lin, minutes, has_ticket
):
    walk(order, "at_dropoff")
    simulated_clock.move_to(order.promised_at + timedelta(minutes=minutes))
    walk(order, "delivered")
    assert order.tickets.filter(type="overdue", status="open").exists() == has_ticket
    if has_ticket:
        notice = student_lin.notices.get(kind="ticket_opened")
        assert notice.title == "Your order came 15 min late"
        scan()
        assert order.tickets.count() == 1


def test_no_ticket_for_being_late_where_an_operator_has_switched_the_type_off(order, walk, simulated_clock):
    ExceptionType.objects.filter(code="overdue").update(is_active=False)
    walk(order, "at_dropoff")
    simulated_clock.move_to(order.promised_at + timedelta(minutes=15))
    walk(order, "delivered")
    assert not order.tickets.exists()


def test_a_late_order_that_was_settled_on_the_way_gets_no_second_ticket(
    overdue, walk, simulated_clock, operator_wang
):
    services.claim(ticket=overdue, actor=operator_wang)
    services.resolve(ticket=overdue, actor=operator_wang, resolution="spoken to")
    simulated_clock.advance(minutes=14)
    walk(overdue.order, "delivered")
    assert overdue.order.tickets.filter(type="overdue").count() == 1


def test_cancelling_the_order_ends_what_is_about_its_way(order, simulated_clock, student_lin):
    money = services.report(order=order, type="price_disputed", source="customer", actor=student_lin)
    simulated_clock.move_to(order.promised_at)
    scan()
    late, stalled = (Ticket.objects.get(type=code) for code in ("overdue", "stalled_unassigned"))
    orders.cancel_order(order=order, actor=student_lin)
    for ticket in (money, late, stalled):
        ticket.refresh_from_db()
    assert {late.status, stalled.status} == {"dismissed"}  # nobody had done anything yet
    assert resolution_text(late) == "The order was cancelled."
    assert money.status == "open"


def test_cancelling_an_order_whose_case_somebody_handles_resolves_it(
    order, simulated_clock, student_lin, operator_wang
):
    simulated_clock.move_to(order.promised_at)
    scan()
    late, stalled = (Ticket.objects.get(type=code) for code in ("overdue", "stalled_unassigned"))
    services.claim(ticket=stalled, actor=operator_wang)
    orders.cancel_order(order=order, actor=student_lin)
    for ticket in (late, stalled):
        ticket.refresh_from_db()
    assert {late.status, stalled.status} == {"resolved"}


def test_an_open_ticket_holds_completion_and_pay(
    damaged, student_lin, courier_zhao, operator_wang, simulated_clock
):
    order, earner = damaged.order, courier_zhao.user
    simulated_clock.advance(hours=25)
    assert orders.complete_delivered() == 0
    orders.complete_order(order=order, actor=student_lin)  # the customer may
    simulated_clock.advance(hours=25)
    assert orders.release_earnings() == 0
    assert balance("courier_withdrawable", user=earner) == 0
    services.resolve(ticket=damaged, actor=operator_wang, resolution="Paid by the platform")
    assert orders.release_earnings() == 1
    assert balance("courier_withdrawable", user=earner) == order.courier_fen


def test_settling_one_of_two_holds_on(damaged, student_lin, courier_zhao, operator_wang, simulated_clock):
    services.report(order=damaged.order, type="attitude", source="customer", actor=student_lin)
    orders.complete_order(order=damaged.order, actor=student_lin)
    simulated_clock.advance(hours=25)
    services.resolve(ticket=damaged, actor=operator_wang, resolution="Paid")
    assert orders.release_earnings() == 0
    assert balance("courier_withdrawable", user=courier_zhao.user) == 0


@pytest.mark.parametrize("code", ["price_disputed", "refund_stuck", "overdue", "wrong_address", "no_entry"])
def test_what_no_ruling_takes_from_the_courier_holds_no_wages(
    order, walk, student_lin, simulated_clock, code
):
    """Lateness, money in transit, the customer's own matters and what is nobody's fault."""
    walk(order, "at_dropoff")
    services.report(order=order, type=code, source="event")
    walk(order, "delivered")
    simulated_clock.advance(hours=24)
    assert orders.complete_delivered() == 1
    simulated_clock.advance(hours=24)
    assert orders.release_earnings() == 1


def test_taking_the_job_away_settles_what_was_stalled(order, walk, simulated_clock, operator_wang):
    walk(order, "assigned")
    simulated_clock.move_to(order.stage_due_at)
    scan()
    dispatch.reassign(order=order, actor=operator_wang)
    assert Ticket.objects.get(type="stalled_pickup").resolution == "auto:looking_again"
    assert Order.objects.get().stage_due_at > clock.now()


@pytest.mark.raises_type("over_budget")
def test_a_declined_price_needs_help(
    campus, places, student_lin, courier_zhao, wallet_money, library, simulated_clock, photo
):
    wallet_money(student_lin, 20_000)
    order = orders.place_order(
        actor=student_lin,
        request=ErrandRequest(
            campus=campus,
            kind="purchase",
            pickup=places.canteen,
            dropoff=places.dorm_north,
            budget_fen=3000,
            what="Milk",
        ),
        gateway="wallet",
    )
    leg = order.legs.get()
    dispatch.grab(leg=leg, courier=courier_zhao)
    leg.refresh_from_db()
    orders.ask_over_budget(order=leg.order, actor=courier_zhao.user, cost_fen=3200, photo=photo())
    orders.answer_over_budget(order=order, actor=student_lin, agree=False)
    assert Ticket.objects.get().type_id == "over_budget"
