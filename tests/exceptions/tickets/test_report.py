"""Reporting a problem: one door, with its refusals."""

import pytest

from core.errors import Invalid, NotAllowed, WrongState
from delivery import services as delivery
from dispatch import services as dispatch
from exceptions.events import TicketsOpened
from exceptions.models import ExceptionType, Ticket
from exceptions.tickets import services
from exceptions.tickets.selectors import reportable_types
from notifications.models import Notice
from orders import services as orders

pytestmark = pytest.mark.django_db


def say(order, actor, type="other", source="customer", **more):
    return services.report(order=order, type=type, source=source, actor=actor, **more)


def test_the_customer_reports_damage(damaged, student_lin, courier_zhao):
    assert (damaged.type_id, damaged.status, damaged.source) == ("goods_damaged", "open", "customer")
    assert (damaged.reporter, damaged.description) == (student_lin, "The screen is cracked")
    assert damaged.courier == courier_zhao
    assert damaged.leg == damaged.order.legs.get()
    entry = damaged.events.get()
    assert (entry.kind, entry.role, entry.audience) == ("opened", "customer", "everyone")
    photo = damaged.evidence.get()
    assert photo.by == student_lin
    assert damaged.order.history.get(machine="ticket").data == {"ticket": damaged.no, "type": "goods_damaged"}


def test_both_sides_are_told(damaged, student_lin, courier_zhao):
    mine = student_lin.notices.get(kind="ticket_opened")
    assert mine.title == "You reported: Goods damaged"
    assert mine.link == f"/tickets/{damaged.no}/"
    theirs = courier_zhao.user.notices.get(kind="ticket_opened")
    assert theirs.title == "About a job of yours: Goods damaged"


def test_a_second_report_joins_the_first(damaged, student_lin, courier_zhao, photo):
    again = services.report(
        order=damaged.order, type="goods_damaged", source="courier", actor=courier_zhao.user, photos=[photo()],
        description="It was so when I took it",
    )  # fmt: skip
    assert again == damaged
    assert damaged.events.filter(kind="joined", role="courier").count() == 1
    assert damaged.evidence.count() == 2
    assert Ticket.objects.count() == 1


def test_who_reports_what_the_scanner_found_becomes_its_reporter(overdue, student_lin):
    say(overdue.order, student_lin, "overdue", description="Where is it?", requested_remedy="hurry")
    overdue.refresh_from_db()
    assert (overdue.reporter, overdue.description, overdue.requested_remedy) == (
        student_lin,
        "Where is it?",
        "hurry",
    )


def test_a_settled_one_is_not_joined(damaged, student_lin, operator_wang, photo):
    services.resolve(ticket=damaged, actor=operator_wang, resolution="Paid")
    assert say(damaged.order, student_lin, "goods_damaged", photos=[photo()]) != damaged


def test_refused_without_the_photo_it_needs(damaged, student_lin):
    with pytest.raises(Invalid, match="photo"):
        say(damaged.order, student_lin, "goods_missing")


def test_refused_to_strangers(order, student_mei, courier_zhao, operator_wang):
    for actor in (student_mei, courier_zhao.user, operator_wang):
        with pytest.raises(NotAllowed):
            say(order, actor)
    with pytest.raises(NotAllowed):
        say(order, courier_zhao.user, source="courier")
    with pytest.raises(NotAllowed):
        say(order, student_mei, source="operator")
    assert not Ticket.objects.exists()


def test_refused_to_an_operator_of_another_campus(order, other_campus):
    from tests.factories import StaffRoleFactory

    stranger = StaffRoleFactory(campus=other_campus).user
    with pytest.raises(NotAllowed):
        say(order, stranger, source="operator")


@pytest.mark.parametrize(
    "type_code", ["goods_missing", "no_entry", "late_risk", "fake_delivery", "ledger_mismatch"]
)
def test_refused_when_it_does_not_fit_the_order_or_the_person(order, student_lin, photo, type_code):
    with pytest.raises(WrongState):
        say(order, student_lin, type_code, photos=[photo()])


def test_refused_when_the_type_is_switched_off_or_unknown(order, student_lin):
    ExceptionType.objects.filter(pk="other").update(is_active=False)
    with pytest.raises(Invalid):
        say(order, student_lin)
    with pytest.raises(Invalid):
        say(order, student_lin, "no_such_thing")


def test_refused_to_a_courier_who_has_given_it_back(order, walk, courier_zhao):
    walk(order, "assigned")
    leg = order.legs.get()
    delivery.give_back(leg=leg, actor=courier_zhao.user)
    with pytest.raises(WrongState):
        say(order, courier_zhao.user, "vehicle_breakdown", "courier", leg=leg, courier=courier_zhao)


def test_too_many_photos(order, student_lin, photo):
    with pytest.raises(Invalid, match="At most 6"):
        say(order, student_lin, photos=[photo() for _ in range(7)])


def test_what_can_be_reported_follows_the_order(order, walk, simulated_clock):
    def codes(party):
        return {one.pk for one in reportable_types(order, party)}

    assert "goods_damaged" not in codes("customer")
    assert "overdue" in codes("customer")
    walk(order, "assigned")
    assert {"vehicle_breakdown", "parcel_not_there"} <= codes("courier")
    assert "sold_out" not in codes("courier")  # of a parcel nothing is
    assert "customer_unreachable" not in codes("courier")
    walk(order, "picked_up")
    assert {"customer_unreachable", "no_entry"} <= codes("courier")
    assert "parcel_not_there" not in codes("courier")
    walk(order, "delivered")
    assert {"goods_damaged", "fake_delivery"} <= codes("customer")
    assert "overdue" not in codes("customer")
    simulated_clock.advance(days=8)
    assert codes("customer") == set()


def test_of_a_cancelled_order_only_money_can_be_reported(order, student_lin):
    orders.cancel_order(order=order, actor=student_lin)
    order.refresh_from_db()
    groups = {one.group for one in reportable_types(order, "customer")}
    assert groups == {"money", "other"}


# -- Events ----------------------------------------------------------------------------------------------------


def test_giving_back_late_opens_a_ticket_and_early_does_not(
    order, walk, simulated_clock, courier_zhao, student_lin
):
    walk(order, "assigned")
    leg = order.legs.get()
    simulated_clock.advance(seconds=30)
    delivery.give_back(leg=leg, actor=courier_zhao.user, reason="too_far")
    assert not Ticket.objects.exists()

    from tests.factories import CourierFactory

    other = CourierFactory(campus=order.campus)
    walk(order, "assigned", courier=other)
    simulated_clock.advance(minutes=2)
    delivery.give_back(leg=order.legs.get(courier=other), actor=other.user, reason="too_far")
    ticket = Ticket.objects.get()
    assert (ticket.type_id, ticket.source, ticket.courier) == ("courier_cancelled", "event", other)
    assert ticket.events.get().data == {"reason": "too_far"}
    assert other.user.notices.filter(kind="ticket_opened").count() == 1
    # Dispatch has told the customer already.
    assert not student_lin.notices.filter(kind="ticket_opened").exists()


def test_an_operator_taking_the_job_away_is_no_exception(order, walk, simulated_clock, operator_wang):
    walk(order, "assigned")
    simulated_clock.advance(minutes=2)
    dispatch.reassign(order=order, actor=operator_wang)
    assert not Ticket.objects.exists()


def test_a_handler_that_runs_twice_tells_once(damaged, student_lin, courier_zhao):
    from exceptions.tickets.handlers import tell_of_opened

    before = Notice.objects.count()
    tell_of_opened(TicketsOpened(tickets=(damaged.pk,)))
    assert Notice.objects.count() == before


def test_a_storm_rings_ten_bells_at_the_console_and_tells_everybody(
    place, student_lin, simulated_clock, monkeypatch
):
    from core import realtime
    from exceptions.detection.scanner import scan
    from orders.models import Order

    broadcasts = []
    monkeypatch.setattr(realtime, "broadcast_now", lambda groups, t, **data: broadcasts.extend(groups))
    late = [place() for _ in range(14)]
    Order.objects.update(stage_due_at=None)
    simulated_clock.move_to(max(order.promised_at for order in late))
    scan()
    assert sum(group.startswith("console.") for group in broadcasts) == 10
    assert sum(group.startswith("ticket.") for group in broadcasts) == 14
    assert student_lin.notices.filter(kind="ticket_opened").count() == 14
