"""What customer and courier are told, once, in their own language."""

import re
from datetime import timedelta

import pytest

from core import outbox
from couriers import services as couriers
from couriers.models import Courier
from delivery import services as delivery
from delivery.events import LegAssigned
from delivery.notices import jobs as notices
from dispatch import services
from notifications import decorators
from notifications.models import Notice
from orders import notices as order_notices
from orders import services as orders
from orders.events import OrderPlaced
from orders.requests import ErrandRequest

pytestmark = pytest.mark.django_db


def told(user) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def latest(user, kind) -> Notice:
    return Notice.objects.filter(user=user, kind=kind).latest("pk")


def test_the_customer_hears_of_each_step(open_job, carry, courier_zhao, student_lin):
    leg = carry(open_job(), courier_zhao, stages=3)
    delivery.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    assert told(student_lin) == [
        "order_placed",
        "courier_accepted",
        "courier_at_pickup",
        "courier_picked_up",
        "courier_at_door",
        "delivered",
    ]
    accepted = latest(student_lin, "courier_accepted")
    assert "Courier 赵 is on the way to Parcel station" in accepted.body
    assert accepted.link == f"/o/{leg.order.no}/"
    assert told(courier_zhao.user) == []


def test_in_the_language_of_the_one_who_reads(open_job, carry, courier_zhao, student_lin, monkeypatch):
    spoken = []
    monkeypatch.setattr(
        decorators, "in_language_of", lambda user: spoken.append(user) or outbox.deferred_delivery()
    )
    carry(open_job(), courier_zhao)
    # Paid and (nothing to say) released; accepted, and (nothing to say) given.
    assert spoken == [student_lin, student_lin, student_lin, courier_zhao.user]


def test_no_notice_carries_a_secret(open_job, carry, courier_zhao, student_lin):
    leg = carry(open_job(contact_phone="13812342046"), courier_zhao, stages=3)
    delivery.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    for notice in Notice.objects.all():
        for secret in ("5-2-1188", "Room 302", "13812342046", courier_zhao.user.phone):
            assert secret not in notice.title + notice.body


def test_left_at_the_door_is_told_as_such(open_job, carry, courier_zhao, student_lin, photo):
    leg = carry(open_job(), courier_zhao, stages=3)
    delivery.deliver(leg=leg, actor=courier_zhao.user, photo=photo())
    assert "left at the door" in latest(student_lin, "delivered").body


def test_given_back_the_customer_need_not_do_anything(open_job, carry, courier_zhao, student_lin):
    leg = carry(open_job(), courier_zhao)
    delivery.give_back(leg=leg, actor=courier_zhao.user, reason="vehicle")
    notice = latest(student_lin, "courier_gave_back")
    assert "you need not do anything" in notice.body
    assert "vehicle" not in notice.body


def test_taken_away_both_are_told(open_job, carry, courier_zhao, student_lin, supervisor_sun):
    leg = carry(open_job(), courier_zhao)
    services.reassign(order=leg.order, actor=supervisor_sun, reason="stands still")
    assert "another courier" in latest(student_lin, "courier_changed").body
    notice = latest(courier_zhao.user, "job_withdrawn")
    assert notice.level == "warn"
    assert notice.link == f"/c/job/{leg.no}/"


def test_a_cancellation_reaches_the_courier_on_the_way(
    open_job, carry, courier_zhao, student_lin, simulated_clock
):
    leg = carry(open_job(), courier_zhao)
    simulated_clock.advance(minutes=5)
    orders.cancel_order(order=leg.order, actor=student_lin)
    assert "is in your earnings" in latest(courier_zhao.user, "job_cancelled").body
    assert "goes to the courier" in latest(student_lin, "order_cancelled").body


def test_a_cancellation_before_anyone_accepted_tells_no_courier(open_job, carry, courier_zhao, student_lin):
    leg = carry(open_job(), courier_zhao)
    delivery.give_back(leg=leg, actor=courier_zhao.user)
    orders.cancel_order(order=leg.order, actor=student_lin)
    assert told(courier_zhao.user) == []
    assert "goes back the way you paid" in latest(student_lin, "order_cancelled").body


def test_tip_urging_address_and_time_reach_the_courier(
    open_job, carry, courier_zhao, student_lin, places, simulated_clock, wallet_money
):
    leg = carry(open_job(), courier_zhao)
    wallet_money(student_lin, 1000)
    orders.add_tip(order=leg.order, actor=student_lin, amount=300, gateway="wallet", key="a")
    orders.add_tip(order=leg.order, actor=student_lin, amount=200, gateway="wallet", key="b")
    orders.urge(order=leg.order, actor=student_lin)
    orders.change_address(order=leg.order, actor=student_lin, dropoff=places.dorm_north, dropoff_detail="414")
    orders.extend_promise(order=leg.order, minutes=10, actor=None)
    assert told(courier_zhao.user) == [
        "tip_added",
        "tip_added",
        "urged",
        "address_changed",
        "promise_extended",
    ]
    assert latest(courier_zhao.user, "tip_added").body.startswith("It is ¥5 now")
    assert "10 minutes more" in latest(courier_zhao.user, "promise_extended").body
    assert "414" not in latest(courier_zhao.user, "address_changed").body


def test_while_nobody_has_it_no_courier_is_told(open_job, courier_zhao, student_lin, places):
    leg = open_job()
    orders.change_address(order=leg.order, actor=student_lin, dropoff=places.dorm_north, dropoff_detail="9")
    orders.extend_promise(order=leg.order, minutes=10, actor=None)
    assert told(courier_zhao.user) == []


def test_over_the_budget_question_and_answer(open_job, carry, courier_zhao, student_lin, photo, places):
    leg = carry(
        open_job(kind="purchase", pickup=places.print_shop, budget_fen=4000, what="Milk"), courier_zhao, 1
    )
    delivery.buy_goods(leg=leg, actor=courier_zhao.user, cost_fen=4300, photo=photo())
    question = latest(student_lin, "order_over_budget_asked")
    assert "It costs ¥43, ¥3 more" in question.body
    orders.answer_over_budget(order=leg.order, actor=student_lin, agree=False)
    assert "does not agree" in latest(courier_zhao.user, "over_budget_answered").title
    delivery.buy_goods(leg=leg, actor=courier_zhao.user, cost_fen=3500, photo=photo())
    assert "¥5" in latest(student_lin, "order_goods_bought").body


def test_suspended_and_let_in_again(courier_zhao, supervisor_sun):
    couriers.suspend(courier=courier_zhao, actor=supervisor_sun, reason="Two complaints")
    assert "Two complaints" in latest(courier_zhao.user, "courier_suspended").body
    couriers.reinstate(courier=Courier.objects.get(), actor=supervisor_sun)
    assert told(courier_zhao.user) == ["courier_suspended", "courier_activated"]


def test_the_same_event_twice_is_one_notice(open_job, carry, courier_zhao, student_lin):
    leg = carry(open_job(), courier_zhao)
    event = LegAssigned(leg=leg.pk, order=leg.order_id, courier=courier_zhao.pk)
    notices.courier_accepted(event)
    notices.courier_accepted(event)
    order_notices.order_placed(OrderPlaced(order=leg.order_id))
    assert told(student_lin) == ["order_placed", "courier_accepted"]


def test_given_back_before_anyone_was_told_says_nothing_of_the_courier(open_job, courier_zhao, student_lin):
    leg = open_job()
    with outbox.deferred_delivery():
        leg = services.grab(leg=leg, courier=courier_zhao)
        delivery.give_back(leg=leg, actor=courier_zhao.user)
    outbox.drain()
    assert told(student_lin) == ["order_placed", "courier_gave_back"]


# -- The order's own ---------------------------------------------------------------------------------------


def test_not_paid_in_time(campus, places, student_lin, simulated_clock):
    orders.place_order(
        actor=student_lin,
        request=ErrandRequest(
            campus=campus, kind="parcel", pickup=places.parcel_station, dropoff=places.dorm_north
        ),
        gateway="sandbox",
    )
    simulated_clock.advance(minutes=16)
    orders.expire_unpaid()
    assert told(student_lin) == ["order_expired"]


def test_completed_by_the_clock_is_told_and_by_oneself_is_not(
    open_job, carry, courier_zhao, student_lin, simulated_clock
):
    legs = [carry(open_job(), courier_zhao, stages=3) for _ in range(2)]
    for leg in legs:
        delivery.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    orders.complete_order(order=legs[0].order, actor=student_lin)
    assert "order_completed" not in told(student_lin)
    simulated_clock.advance(hours=25)
    orders.complete_delivered()
    assert told(student_lin).count("order_completed") == 1


def test_an_operators_cancellation_says_sorry(open_job, student_lin, supervisor_sun):
    leg = open_job()
    orders.cancel_order(order=leg.order, actor=supervisor_sun, role="operator", free=True)
    assert "We are sorry" in latest(student_lin, "order_cancelled").body


# -- Steps that somebody else takes ------------------------------------------------------------------------


def test_a_job_that_an_operator_gives_is_told_and_one_that_is_grabbed_is_not(
    open_job, carry, courier_zhao, courier_qian, supervisor_sun, student_lin
):
    carry(open_job(), courier_zhao)
    leg = services.grab(leg=open_job(), courier=courier_qian, actor=supervisor_sun)
    assert told(courier_zhao.user) == []
    given = latest(courier_qian.user, "job_given")
    assert given.link == f"/c/job/{leg.no}/"
    assert told(student_lin).count("courier_accepted") == 2


def test_the_courier_hears_that_the_receipt_was_confirmed(open_job, carry, courier_zhao, student_lin):
    leg = carry(open_job(), courier_zhao, stages=3)
    delivery.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    orders.complete_order(order=leg.order, actor=student_lin)
    assert told(courier_zhao.user) == ["job_completed"]


def test_of_a_relay_who_stood_at_the_door_hears_it(
    open_job, carry, places, station, courier_zhao, courier_qian, student_lin
):
    first = carry(open_job(dropoff=places.dorm_women), courier_zhao, stages=3)
    second, poster = first.order.legs.get(sequence=2), delivery.place_qr_code(station.place).signed
    services.process_scan(text=poster, courier=courier_zhao)
    services.grab(leg=second, courier=courier_qian)
    services.process_scan(text=poster, courier=courier_qian)
    delivery.arrive_at_dropoff(leg=second, actor=courier_qian.user)
    delivery.deliver(leg=second, actor=courier_qian.user, code=first.order.receiving_code)
    orders.complete_order(order=first.order, actor=student_lin)
    assert "job_completed" in told(courier_qian.user)
    assert "job_completed" not in told(courier_zhao.user)


def test_a_booked_errand_says_when_it_begins(campus, places, student_lin, simulated_clock, wallet_money):
    start = simulated_clock.time + timedelta(hours=5)
    wallet_money(student_lin, 20_000)
    orders.place_order(
        actor=student_lin,
        request=ErrandRequest(
            campus=campus,
            kind="parcel",
            pickup=places.parcel_station,
            dropoff=places.dorm_north,
            window_start=start,
            window_end=start + timedelta(minutes=30),
        ),
        gateway="wallet",
    )
    assert told(student_lin) == ["order_placed"]
    simulated_clock.advance(hours=5)
    orders.release_scheduled()
    assert told(student_lin) == ["order_placed", "order_released"]


def test_on_its_way_back_both_are_told(open_job, carry, courier_zhao, student_lin, supervisor_sun):
    leg = carry(open_job(), courier_zhao, stages=3)
    delivery.send_back(order=leg.order, actor=supervisor_sun)
    assert latest(courier_zhao.user, "job_goes_back").level == "warn"
    delivery.arrive_at_dropoff(leg=leg, actor=courier_zhao.user)
    delivery.bring_back(leg=leg, actor=courier_zhao.user)
    assert told(student_lin)[-2:] == ["order_returning", "order_returned"]


def test_who_reads_chinese_reads_nothing_else(
    open_job, carry, courier_zhao, student_lin, supervisor_sun, wallet_money
):
    for user in (student_lin, courier_zhao.user):
        user.language = "zh-hans"
        user.save(update_fields=["language"])
    wallet_money(student_lin, 1000)
    leg = carry(open_job(what="\u53d6\u5feb\u9012"), courier_zhao, stages=3)
    orders.add_tip(order=leg.order, actor=student_lin, amount=300, gateway="wallet", key="a")
    orders.urge(order=leg.order, actor=student_lin)
    orders.extend_promise(order=leg.order, minutes=10, actor=None)
    delivery.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    orders.complete_order(order=leg.order, actor=student_lin)
    couriers.suspend(courier=courier_zhao, actor=supervisor_sun, reason="\u6295\u8bc9")
    notices_ = Notice.objects.filter(user__in=[student_lin, courier_zhao.user])
    assert notices_.count() >= 10
    english = re.compile(r"[A-Za-z]{3,}")
    place_names = re.compile("Parcel station|North dorm \\w*")
    for notice in notices_:
        assert not english.search(place_names.sub("", notice.title + notice.body)), notice
