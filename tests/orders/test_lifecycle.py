"""An order from the wizard's last page to the end, through the services that pages call."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core import clock
from core.errors import Invalid, NotAllowed, TooLate, WrongState
from delivery import services as delivery
from delivery.models import LegStatus
from dispatch import services as dispatch
from orders import services as orders
from orders.models import History, Order, Status
from orders.requests import ErrandRequest
from orders.services.quoting import load_signed_quote, quote, sign_quote
from payments.models import Account, Payment
from payments.selectors import check_ledger
from payments.services import balance, refund, settle_payment

pytestmark = pytest.mark.django_db


@pytest.fixture
def wish(places):
    """What the wizard gathers for a parcel."""
    return {
        "pickup": places.parcel_station,
        "dropoff": places.dorm_north,
        "dropoff_detail": "302",
        "pickup_codes": "5-2-1188",
        "tip_fen": 100,
    }


@pytest.fixture
def place(campus, student_lin, wallet_money, wish, simulated_clock):
    """place(**changes): Lin orders a parcel and pays from a full wallet."""

    def order(
        gateway=Payment.Gateway.WALLET,
        kind="parcel",
        actor=student_lin,
        key=None,
        expected_fen=None,
        **changes,
    ) -> Order:
        wallet_money(actor, 20_000)
        made = orders.place_order(
            actor=actor,
            request=ErrandRequest(campus=campus, kind=kind, **(wish | changes)),
            gateway=gateway,
            expected_fen=expected_fen,
            key=key,
        )
        made.refresh_from_db()
        return made

    return order


def leg_of(order):
    return order.legs.latest("id")


def carried_to_the_door(order, courier):
    leg = dispatch.grab(leg=leg_of(order), courier=courier)
    for stage in (delivery.arrive_at_pickup, delivery.pick_up, delivery.arrive_at_dropoff):
        stage(leg=leg, actor=courier.user)
    return leg


def test_paid_from_the_wallet_it_is_in_the_hall_at_once(place):
    order = place()
    assert order.status == Status.PLACED
    assert leg_of(order).status == LegStatus.OPEN
    assert order.promise_due_at == order.promised_at
    assert order.stage_due_at is not None
    assert balance(Account.Kind.ESCROW, ref=order.no) == order.total_fen


def test_the_whole_way_pays_the_courier_and_leaves_nothing_in_escrow(
    place, courier_zhao, student_lin, simulated_clock
):
    order = place()
    leg = carried_to_the_door(order, courier_zhao)
    delivery.deliver(leg=leg, actor=courier_zhao.user, code=order.receiving_code)
    order.refresh_from_db()
    assert order.status == Status.DELIVERED
    assert order.stage_due_at is None
    assert order.promise_due_at is None
    assert balance("courier_earnings", user=courier_zhao.user) == order.courier_fen + 100
    orders.complete_order(order=order, actor=student_lin)
    assert orders.release_earnings() == 0  # the customer may still complain
    simulated_clock.advance(hours=24)
    assert orders.release_earnings() == 1
    assert balance("courier_withdrawable", user=courier_zhao.user) == order.courier_fen + 100
    assert balance(Account.Kind.ESCROW, ref=order.no) == 0
    assert check_ledger() == []
    steps = list(History.objects.filter(order=order, machine="order").values_list("action", flat=True))
    assert steps == ["create", "pay", "accept", "pick_up", "deliver", "complete"]


def test_the_same_draft_sent_twice_is_one_order(place):
    assert place(key="draft-1").pk == place(key="draft-1").pk
    assert Order.objects.count() == 1


def test_an_order_that_is_not_paid_in_time_expires(place, simulated_clock):
    order = place(gateway=Payment.Gateway.SANDBOX)
    assert order.status == Status.PENDING_PAYMENT
    simulated_clock.advance(minutes=14)
    assert orders.expire_unpaid() == 0
    simulated_clock.advance(minutes=2)
    assert orders.expire_unpaid() == 1
    order.refresh_from_db()
    assert order.status == Status.EXPIRED


def test_money_that_arrives_after_expiry_goes_back(place, simulated_clock):
    order = place(gateway=Payment.Gateway.SANDBOX)
    simulated_clock.advance(minutes=16)
    orders.expire_unpaid()
    payment = Payment.objects.get(ref=order.no)
    settle_payment(payment_no=payment.no, amount=order.total_fen, gateway_no="late-1")
    order.refresh_from_db()
    payment.refresh_from_db()
    assert order.status == Status.EXPIRED
    assert payment.refunded == order.total_fen
    assert check_ledger() == []


def test_slow_payment_moves_the_promise_along(place, simulated_clock):
    order = place(gateway=Payment.Gateway.SANDBOX)
    promised = order.promised_at
    simulated_clock.advance(minutes=10)
    settle_payment(
        payment_no=Payment.objects.get(ref=order.no).no, amount=order.total_fen, gateway_no="slow-1"
    )
    order.refresh_from_db()
    assert order.promised_at == promised + timedelta(minutes=10)


def test_a_signed_quote_is_charged_as_it_was_shown(place, campus, wish, student_lin, simulated_clock):
    errand = ErrandRequest(campus=campus, kind="parcel", **wish)
    token = sign_quote(quote(errand), errand)
    campus.weather = "storm"
    campus.save()
    shown = orders.place_order(
        actor=student_lin,
        request=errand,
        gateway="sandbox",
        quote_token=token,
    )
    assert shown.total_fen == 600
    simulated_clock.advance(minutes=6)
    stale = orders.place_order(
        actor=student_lin,
        request=errand,
        gateway="sandbox",
        quote_token=token,
    )
    assert stale.total_fen == 700  # 300 + 300 storm + 100 tip, the lowest fee no longer reached for


def test_a_changed_price_is_said_instead_of_charged(place, campus, wish):
    with pytest.raises(Invalid) as refused:
        place(expected_fen=1)
    assert refused.value.code == "price_changed"
    assert not Order.objects.exists()


def test_a_signed_quote_is_good_for_its_own_errand_only(place, campus, wish):
    errand = ErrandRequest(campus=campus, kind="parcel", **wish)
    token = sign_quote(quote(errand), errand)
    heavier = replace(errand, weight_kg=20)
    assert load_signed_quote(token, errand, now=clock.now()) is not None
    assert load_signed_quote(token, heavier, now=clock.now()) is None
    assert load_signed_quote(token[:-2] + "xx", errand, now=clock.now()) is None


def test_cancelling_while_waiting_gives_everything_back(place, student_lin):
    order = place()
    before = balance("wallet", user=student_lin)
    orders.cancel_order(order=order, actor=student_lin)
    assert balance("wallet", user=student_lin) == before + order.total_fen
    assert leg_of(order).status == LegStatus.CANCELLED
    assert balance("escrow", ref=order.no) == 0


def test_cancelling_late_pays_the_courier_for_the_way(place, student_lin, courier_zhao, simulated_clock):
    order = place()
    dispatch.grab(leg=leg_of(order), courier=courier_zhao)
    simulated_clock.advance(minutes=3)
    order.refresh_from_db()
    fee = orders.quote_cancellation(order).fee_fen
    assert fee == 150
    with pytest.raises(Invalid):  # the page said it was free
        orders.cancel_order(order=order, actor=student_lin, expected_fee_fen=0)
    orders.cancel_order(order=order, actor=student_lin, expected_fee_fen=fee)
    assert balance("courier_earnings", user=courier_zhao.user) == fee
    assert leg_of(order).status == LegStatus.CANCELLED
    assert check_ledger() == []


def test_what_was_given_back_before_is_not_given_twice(
    place, student_lin, supervisor_sun, courier_zhao, simulated_clock
):
    order = place()
    dispatch.grab(leg=leg_of(order), courier=courier_zhao)
    simulated_clock.advance(minutes=3)
    before = balance("wallet", user=student_lin)
    refund(key="sorry", ref=order.no, amount=200, reason="ticket", actor=supervisor_sun, source="platform")
    order.refresh_from_db()
    quote = orders.quote_cancellation(order)
    assert (quote.paid_fen, quote.fee_fen, quote.refund_fen) == (
        order.total_fen - 200,
        150,
        order.total_fen - 350,
    )
    orders.cancel_order(order=order, actor=student_lin, expected_fee_fen=150)
    assert balance("wallet", user=student_lin) == before + order.total_fen - 150
    assert balance("platform_compensation", campus=order.campus) == 0  # it had advanced the ¥2
    assert balance("escrow", ref=order.no) == 0
    simulated_clock.advance(hours=24)
    assert orders.release_earnings() == 1
    assert balance("courier_withdrawable", user=courier_zhao.user) == 150
    assert check_ledger() == []


def test_all_given_back_before_cancelling_costs_nothing_more(
    place, student_lin, courier_zhao, simulated_clock
):
    order = place()
    dispatch.grab(leg=leg_of(order), courier=courier_zhao)
    simulated_clock.advance(minutes=3)
    refund(key="sorry", ref=order.no, amount=order.total_fen, reason="ticket", source="platform")
    order.refresh_from_db()
    orders.cancel_order(order=order, actor=student_lin)
    assert balance("courier_earnings", user=courier_zhao.user) == 0
    assert balance("escrow", ref=order.no) == 0
    assert check_ledger() == []


def test_nobody_cancels_goods_that_are_on_the_way(place, student_lin, courier_zhao):
    order = place()
    carried_to_the_door(order, courier_zhao)
    with pytest.raises(WrongState):
        orders.cancel_order(order=order, actor=student_lin)


def test_another_student_can_do_nothing_to_it(place, student_mei, courier_zhao, places):
    order = place()
    for forbidden in (
        lambda: orders.cancel_order(order=order, actor=student_mei),
        lambda: orders.urge(order=order, actor=student_mei),
        lambda: orders.complete_order(order=order, actor=student_mei),
        lambda: orders.add_tip(order=order, actor=student_mei, amount=100, gateway="wallet", key="1"),
        lambda: orders.change_address(
            order=order, actor=student_mei, dropoff=places.dorm_north, dropoff_detail="1"
        ),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_urging_has_a_pause(place, student_lin, simulated_clock, courier_zhao):
    order = place()
    with pytest.raises(WrongState):  # there is nobody to hurry
        orders.urge(order=order, actor=student_lin)
    dispatch.grab(leg=order.legs.get(), courier=courier_zhao)
    orders.urge(order=order, actor=student_lin)
    with pytest.raises(TooLate):
        orders.urge(order=order, actor=student_lin)
    simulated_clock.advance(minutes=3, seconds=1)
    orders.urge(order=order, actor=student_lin)


def test_a_tip_on_the_way_reaches_the_courier(place, student_lin, courier_zhao):
    order = place()
    orders.add_tip(order=order, actor=student_lin, amount=300, gateway="wallet", key="a")
    orders.add_tip(order=order, actor=student_lin, amount=300, gateway="wallet", key="a")  # pressed twice
    order.refresh_from_db()
    assert order.tip_fen == 400
    leg = carried_to_the_door(order, courier_zhao)
    delivery.deliver(leg=leg, actor=courier_zhao.user, code=order.receiving_code)
    assert balance("courier_earnings", user=courier_zhao.user) == order.courier_fen + 400


def test_a_zone_for_women_makes_the_job_one_for_female_couriers(place, places, courier_zhao, courier_qian):
    order = place(dropoff=places.dorm_women)
    assert leg_of(order).gender == "female"
    with pytest.raises(NotAllowed):
        dispatch.grab(leg=leg_of(order), courier=courier_zhao)
    assert dispatch.grab(leg=leg_of(order), courier=courier_qian).courier == courier_qian


def test_a_male_courier_cannot_be_wanted_for_a_womens_dorm(place, places):
    with pytest.raises(Invalid):
        place(dropoff=places.dorm_women, gender_wanted="male")


def test_moving_the_address_moves_the_leg(place, student_lin, places):
    order = place()
    orders.change_address(order=order, actor=student_lin, dropoff=places.dorm_women, dropoff_detail="101")
    leg = leg_of(order)
    assert (leg.dropoff, leg.gender) == (places.dorm_women, "female")


def test_a_scheduled_order_is_shown_to_couriers_when_its_time_comes(place, simulated_clock):
    start = simulated_clock.time + timedelta(hours=5)
    order = place(window_start=start, window_end=start + timedelta(minutes=30))
    assert order.status == Status.PLACED
    assert not order.legs.exists()
    assert order.release_at == start - timedelta(minutes=25 + 10)
    assert order.stage_due_at > order.release_at
    simulated_clock.move_to(order.release_at - timedelta(seconds=1))
    assert orders.release_scheduled() == 0
    simulated_clock.advance(seconds=2)
    assert orders.release_scheduled() == 1
    assert orders.release_scheduled() == 0
    assert leg_of(order).status == LegStatus.OPEN


@pytest.mark.parametrize(
    ("start", "length"), [(-1, 30), (73, 30), (2, 45), (2, 0)], ids=["past", "too far", "too long", "empty"]
)
def test_windows_that_cannot_be_booked_are_refused(place, simulated_clock, start, length):
    begin = simulated_clock.time + timedelta(hours=start)
    with pytest.raises(Invalid):
        place(window_start=begin, window_end=begin + timedelta(minutes=length))


def test_unspent_budget_comes_back(place, courier_zhao, student_lin, photo):
    order = place(kind="purchase", pickup_codes="", budget_fen=3000, what="水果")
    leg = dispatch.grab(leg=leg_of(order), courier=courier_zhao)
    delivery.arrive_at_pickup(leg=leg, actor=courier_zhao.user)
    with pytest.raises(Invalid):  # no receipt yet
        delivery.pick_up(leg=leg, actor=courier_zhao.user)
    leg.refresh_from_db()
    assert delivery.buy_goods(leg=leg, actor=courier_zhao.user, cost_fen=2400, photo=photo()) is None
    delivery.pick_up(leg=leg, actor=courier_zhao.user)
    delivery.arrive_at_dropoff(leg=leg, actor=courier_zhao.user)
    before = balance("wallet", user=student_lin)
    delivery.deliver(leg=leg, actor=courier_zhao.user, code=order.receiving_code)
    assert balance("wallet", user=student_lin) == before + 600
    assert balance("courier_earnings", user=courier_zhao.user) == order.courier_fen + 100 + 2400
    assert balance("escrow", ref=order.no) == 0


def test_dearer_goods_need_the_customers_yes(place, courier_zhao, student_lin, photo):
    order = place(kind="purchase", pickup_codes="", budget_fen=3000, what="水果")
    leg = dispatch.grab(leg=leg_of(order), courier=courier_zhao)
    delivery.arrive_at_pickup(leg=leg, actor=courier_zhao.user)
    leg.refresh_from_db()
    assert delivery.buy_goods(leg=leg, actor=courier_zhao.user, cost_fen=3300, photo=photo()).extra_fen == 300
    with pytest.raises(Invalid):
        delivery.pick_up(leg=leg, actor=courier_zhao.user)
    orders.answer_over_budget(order=order, actor=student_lin, agree=True)
    with pytest.raises(WrongState):  # pressed twice
        orders.answer_over_budget(order=order, actor=student_lin, agree=True)
    order.refresh_from_db()
    assert sum(line["fen"] for line in order.lines) == order.total_fen
    delivery.pick_up(leg=leg, actor=courier_zhao.user)
    delivery.arrive_at_dropoff(leg=leg, actor=courier_zhao.user)
    delivery.deliver(leg=leg, actor=courier_zhao.user, code=order.receiving_code)
    assert balance("courier_earnings", user=courier_zhao.user) == order.courier_fen + 100 + 3300
    assert balance("escrow", ref=order.no) == 0
    assert check_ledger() == []


def test_a_day_after_delivery_it_completes_by_itself(place, courier_zhao, simulated_clock):
    order = place()
    leg = carried_to_the_door(order, courier_zhao)
    delivery.deliver(leg=leg, actor=courier_zhao.user, code=order.receiving_code)
    simulated_clock.advance(hours=23, minutes=59)
    assert orders.complete_delivered() == 0
    simulated_clock.advance(minutes=2)
    assert orders.complete_delivered() == 1
    assert orders.complete_delivered() == 0
    order.refresh_from_db()
    assert order.status == Status.COMPLETED
