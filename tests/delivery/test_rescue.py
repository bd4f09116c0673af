"""Goods that another courier fetches from one who cannot go on: both legs, custody, pay, and what every page says."""

import pytest
from django.urls import reverse

from core import clock
from core.errors import Invalid, NotAllowed, WrongState
from couriers import services as couriers
from delivery import selectors, services
from delivery.models import Custody, Leg, LegStatus, Rescue
from dispatch import services as dispatch
from notifications.models import Notice
from orders import services as orders
from orders.models import Status
from payments.models import Account
from payments.selectors import check_ledger
from payments.services import balance

pytestmark = pytest.mark.django_db
WAITS, HANDED_ON = LegStatus.HANDING_ON, LegStatus.HANDED_ON


def earned(courier) -> int:
    return balance(Account.Kind.COURIER_EARNINGS, user=courier.user)


@pytest.fixture
def first(open_job, carry, courier_zhao) -> Leg:
    """Zhao has Lin's parcel, and his phone is dead."""
    return carry(open_job(), courier_zhao, stages=2)


@pytest.fixture
def send(operator_wang, courier_qian, places):
    """send(giver, courier=Qian, **changes): she is sent to fetch it at the print shop. Returns her leg."""

    def rescue(giver: Leg, courier=courier_qian, **changes) -> Leg:
        facts = {"way": "meet", "where": places.print_shop.position, "reason": "his phone is dead"}
        found = dispatch.rescue(giver=giver, courier=courier, actor=operator_wang, **(facts | changes))
        return Leg.objects.get(pk=found.leg_id)

    return rescue


def show_code(leg: Leg, courier) -> str:
    return services.issue_handover_code(leg=leg, purpose="transfer", actor=courier.user).signed


# -- Begun -----------------------------------------------------------------------------------------------------


def test_the_first_waits_and_the_second_begins_where_the_goods_are(first, send, places, courier_qian):
    leg = send(first)
    first.refresh_from_db()
    assert (first.status, leg.status, leg.courier) == (WAITS, LegStatus.ASSIGNED, courier_qian)
    assert (leg.pickup, leg.dropoff, leg.rescues) == (places.print_shop, first.dropoff, first)
    assert leg.order.status == Status.PICKED_UP


def test_one_leg_of_an_order_is_under_way(first, send, courier_zhao, courier_qian):
    send(first)
    assert list(selectors.jobs_of(courier_zhao)) == []
    assert [leg.rescues for leg in selectors.jobs_of(courier_qian)] == [first]
    assert selectors.leg_of(first.order).courier == courier_qian


def test_the_customer_is_told_before_anybody_else(first, send, student_lin, courier_zhao, courier_qian):
    before = Notice.objects.order_by("-pk").first().pk
    send(first)
    told = list(Notice.objects.filter(pk__gt=before).order_by("pk"))
    assert told[0].user == student_lin
    assert "his phone is dead" in told[0].body
    assert {notice.user for notice in told[1:]} == {courier_zhao.user, courier_qian.user}


def test_what_fails_tells_nobody(first, send, monkeypatch, student_lin):
    """Decision and notice are one: neither is there without the other."""
    count = Notice.objects.filter(user=student_lin).count()
    monkeypatch.setattr(services.rescues.lifecycle, "bump_version", lambda order: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        send(first)
    assert Notice.objects.filter(user=student_lin).count() == count
    assert not Rescue.objects.exists()


def test_a_point_between_places_begins_at_the_nearest(first, send, places):
    lat, lon = places.canteen.position
    leg = send(first, where=(lat + 0.0002, lon), note="behind the bicycles")
    assert leg.pickup == places.canteen
    assert leg.rescue.position == (lat + 0.0002, lon)


def test_who_may_not_carry_it_is_not_sent(first, send, courier_qian, simulated_clock):
    couriers.set_duty(courier=courier_qian, on=False)
    with pytest.raises(NotAllowed, match="off duty"):
        send(first)
    first.refresh_from_db()
    assert first.status == LegStatus.PICKED_UP


@pytest.mark.parametrize("stages", [0, 1])
def test_what_is_not_in_hand_cannot_be_rescued(open_job, carry, courier_zhao, send, stages):
    with pytest.raises(WrongState):
        send(carry(open_job(), courier_zhao, stages=stages))


def test_what_is_delivered_cannot_be_rescued(first, send, courier_zhao):
    leg = services.arrive_at_dropoff(leg=first, actor=courier_zhao.user)
    services.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    with pytest.raises(WrongState):
        send(first)


def test_at_the_door_it_can_still_be_fetched(first, send, courier_zhao):
    services.arrive_at_dropoff(leg=first, actor=courier_zhao.user)
    assert send(first).status == LegStatus.ASSIGNED


def test_two_are_not_sent_at_once(first, send, courier_zhao):
    send(first)
    with pytest.raises(WrongState, match="Another courier is on the way"):
        send(first)


def test_nobody_fetches_it_from_themselves(first, send, courier_zhao):
    with pytest.raises(WrongState):
        send(first, courier=courier_zhao)


def test_meanwhile_the_first_neither_delivers_nor_gives_it_back(first, send, courier_zhao, operator_wang):
    send(first)
    with pytest.raises(WrongState):
        services.arrive_at_dropoff(leg=first, actor=courier_zhao.user)
    with pytest.raises(WrongState, match="call that off first"):
        services.send_back(order=first.order, actor=operator_wang)
    with pytest.raises(WrongState, match="call that off first"):
        services.write_off(order=first.order, actor=operator_wang)


def test_the_second_leg_is_not_a_dispatchers_to_move(first, send, operator_wang, courier_zhao):
    leg = send(first)
    with pytest.raises(WrongState):
        dispatch.unassign_leg(leg=leg, actor=operator_wang)
    with pytest.raises(WrongState):
        dispatch.reassign(order=leg.order, actor=operator_wang)
    leg.refresh_from_db()
    assert leg.status == LegStatus.ASSIGNED


# -- Collected -------------------------------------------------------------------------------------------------


def test_met_and_scanned(first, send, courier_zhao, courier_qian):
    leg = send(first)
    dispatch.process_scan(text=show_code(first, courier_zhao), courier=courier_qian)
    first.refresh_from_db()
    leg.refresh_from_db()
    assert (first.status, leg.status) == (HANDED_ON, LegStatus.PICKED_UP)
    link = selectors.where_is(leg.order)
    assert (link.act, link.how, link.giver, link.taker) == (
        "transferred",
        "scan",
        courier_zhao.user,
        courier_qian.user,
    )


def test_scanned_twice_is_once(first, send, courier_zhao, courier_qian):
    send(first)
    code = show_code(first, courier_zhao)
    for _ in range(2):
        dispatch.process_scan(text=code, courier=courier_qian)
    assert Custody.objects.filter(act="transferred").count() == 1


def test_nobody_else_takes_it_by_that_code(first, send, courier_zhao, campus):
    from tests import factories

    send(first)
    other = factories.CourierFactory(campus=campus)
    with pytest.raises(NotAllowed, match="on the way to fetch"):
        dispatch.process_scan(text=show_code(first, courier_zhao), courier=other)


def test_found_where_it_lies_by_a_photo(first, send, courier_qian, photo, places):
    leg = send(first, way="fetch", note="under the stairs")
    services.arrive_at_pickup(leg=leg, actor=courier_qian.user, where=places.print_shop.position)
    services.collect(leg=leg, actor=courier_qian.user, photo=photo(), where=places.print_shop.position)
    link = selectors.where_is(leg.order)
    assert (link.act, link.how, link.giver, link.taker) == ("collected", "photo", None, courier_qian.user)
    assert link.photo is not None
    assert link.metres_away == 0


def test_without_scan_or_photo_nothing_is_taken_over(first, send, courier_qian):
    leg = send(first)
    with pytest.raises(WrongState, match="photo"):
        services.collect(leg=leg, actor=courier_qian.user)
    services.arrive_at_pickup(leg=leg, actor=courier_qian.user)
    with pytest.raises(Invalid, match="photograph it"):
        services.pick_up(leg=leg, actor=courier_qian.user)


def test_a_poster_nearby_takes_nothing_over(first, send, courier_qian, places):
    send(first)
    with pytest.raises(WrongState):
        dispatch.process_scan(text=services.place_qr_code(places.print_shop).signed, courier=courier_qian)


def test_then_it_is_delivered_as_ever(first, send, courier_zhao, courier_qian, student_lin):
    leg = send(first)
    dispatch.process_scan(text=show_code(first, courier_zhao), courier=courier_qian)
    services.arrive_at_dropoff(leg=leg, actor=courier_qian.user)
    services.deliver(leg=leg, actor=courier_qian.user, code=leg.order.receiving_code)
    leg.order.refresh_from_db()
    assert leg.order.status == Status.DELIVERED
    assert balance(Account.Kind.ESCROW, ref=leg.order.no) == 0
    assert check_ledger() == []
    orders.complete_order(order=leg.order, actor=student_lin)


def test_each_is_paid_their_part_and_the_platform_bears_the_rest(
    first, send, courier_zhao, courier_qian, campus
):
    whole, before = first.pay_fen, balance(Account.Kind.PLATFORM_COMPENSATION, campus=campus)
    leg = send(first)
    rescue = leg.rescue
    assert earned(courier_zhao) == 0  # not before somebody has it
    dispatch.process_scan(text=show_code(first, courier_zhao), courier=courier_qian)
    assert earned(courier_zhao) == rescue.giver_fen > 0
    services.arrive_at_dropoff(leg=leg, actor=courier_qian.user)
    services.deliver(leg=leg, actor=courier_qian.user, code=leg.order.receiving_code)
    assert earned(courier_qian) == whole
    assert balance(Account.Kind.PLATFORM_COMPENSATION, campus=campus) == before - rescue.giver_fen


def test_both_read_it_among_their_jobs(first, send, courier_zhao, courier_qian):
    send(first)
    dispatch.process_scan(text=show_code(first, courier_zhao), courier=courier_qian)
    first.refresh_from_db()
    assert selectors.earnings(courier_zhao).today_fen == first.pay_fen
    assert [leg.earned_fen for leg in selectors.done_jobs(courier_zhao)] == [first.pay_fen]


def test_a_rescuer_can_be_rescued(first, send, courier_zhao, courier_qian, campus, photo):
    from tests import factories

    third = factories.CourierFactory(campus=campus)
    second = send(first)
    services.collect(leg=second, actor=courier_qian.user, photo=photo())
    last = send(second, courier=third)
    services.collect(leg=last, actor=third.user, photo=photo())
    services.arrive_at_dropoff(leg=last, actor=third.user)
    services.deliver(leg=last, actor=third.user, code=last.order.receiving_code)
    first.refresh_from_db(), second.refresh_from_db(), last.refresh_from_db()
    assert first.pay_fen + second.pay_fen + last.pay_fen == last.order.courier_fen
    assert [earned(one) for one in (courier_zhao, courier_qian, third)] == [
        first.total_fen, second.pay_fen, last.total_fen
    ]  # fmt: skip
    assert balance(Account.Kind.ESCROW, ref=last.order.no) == 0


def test_on_the_way_to_a_relay_it_goes_on_to_its_shelf(
    station, open_job, carry, places, send, courier_zhao, courier_qian, photo
):
    first = carry(open_job(dropoff=places.dorm_women), courier_zhao, stages=2)
    leg = send(first)
    assert (leg.to_shelf, leg.dropoff, leg.relay) == (True, station.place, station)
    services.collect(leg=leg, actor=courier_qian.user, photo=photo())
    dispatch.process_scan(text=services.place_qr_code(station.place).signed, courier=courier_qian)
    first.refresh_from_db(), leg.refresh_from_db()
    second = leg.order.legs.get(sequence=2)
    assert first.pay_fen + leg.pay_fen + second.pay_fen == leg.order.courier_fen
    assert (leg.status, second.status) == (LegStatus.DONE, LegStatus.OPEN)
    assert balance(Account.Kind.ESCROW, ref=leg.order.no) == leg.order.fee_fen - first.pay_fen - leg.pay_fen


def test_what_goes_back_goes_back_with_the_second(first, send, operator_wang, courier_qian, photo, places):
    services.send_back(order=first.order, actor=operator_wang, reason="refused")
    first.refresh_from_db()
    leg = send(first)
    services.collect(leg=leg, actor=courier_qian.user, photo=photo())
    services.arrive_at_dropoff(leg=leg, actor=courier_qian.user)
    services.bring_back(leg=leg, actor=courier_qian.user)
    leg.order.refresh_from_db()
    assert (leg.order.status, leg.dropoff) == (Status.RETURNED, places.parcel_station)
    assert balance(Account.Kind.ESCROW, ref=leg.order.no) == 0


def test_after_a_rescue_it_goes_back_to_where_it_was_fetched_first(
    first, send, operator_wang, courier_qian, photo, places
):
    leg = send(first)
    services.collect(leg=leg, actor=courier_qian.user, photo=photo())
    services.send_back(order=leg.order, actor=operator_wang)
    leg.refresh_from_db()
    assert leg.dropoff == places.parcel_station


def test_goods_that_are_lost_after_it_leave_nothing_behind(first, send, operator_wang, courier_qian, photo):
    leg = send(first)
    services.collect(leg=leg, actor=courier_qian.user, photo=photo())
    services.write_off(order=leg.order, actor=operator_wang, paid=True)
    assert balance(Account.Kind.ESCROW, ref=leg.order.no) == 0
    assert check_ledger() == []


# -- In vain ---------------------------------------------------------------------------------------------------


def test_called_off_the_first_goes_on(first, send, operator_wang, courier_zhao, courier_qian):
    leg = send(first)
    services.call_off_rescue(leg=leg, actor=operator_wang)
    services.call_off_rescue(leg=leg, actor=operator_wang)
    first.refresh_from_db(), leg.refresh_from_db()
    assert (first.status, leg.status, leg.rescue.outcome) == (
        LegStatus.PICKED_UP,
        LegStatus.CANCELLED,
        "called_off",
    )
    assert Notice.objects.filter(user=courier_qian.user, kind="rescue_called_off").count() == 1
    assert (earned(courier_zhao), earned(courier_qian)) == (0, 0)


def test_once_collected_it_cannot_be_called_off(first, send, operator_wang, courier_qian, photo):
    leg = send(first)
    services.collect(leg=leg, actor=courier_qian.user, photo=photo())
    with pytest.raises(WrongState, match="has the goods already"):
        services.call_off_rescue(leg=leg, actor=operator_wang)


def test_not_there_pays_the_way_and_another_can_be_sent(first, send, courier_qian, places, campus):
    leg = send(first)
    with pytest.raises(WrongState, match="Say first"):
        services.report_not_there(leg=leg, actor=courier_qian.user)
    services.arrive_at_pickup(leg=leg, actor=courier_qian.user, where=places.print_shop.position)
    services.report_not_there(leg=leg, actor=courier_qian.user, words="nobody here")
    assert earned(courier_qian) == first.pay_fen * campus.fetching_percent // 100
    first.refresh_from_db()
    assert first.status == LegStatus.PICKED_UP
    assert send(first).status == LegStatus.ASSIGNED
    assert check_ledger() == []


def test_who_cannot_go_says_so_and_is_paid_nothing(first, send, courier_qian):
    leg = send(first)
    services.decline_rescue(leg=leg, actor=courier_qian.user, words="a flat tyre")
    assert earned(courier_qian) == 0
    assert Rescue.objects.get().outcome == "declined"


def test_the_first_may_bring_it_after_all(first, send, courier_zhao, courier_qian):
    send(first)
    services.go_on_oneself(giver=first, actor=courier_zhao.user)
    leg = services.arrive_at_dropoff(leg=first, actor=courier_zhao.user)
    services.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    assert earned(courier_zhao) == leg.order.courier_fen


def test_only_the_three_concerned_say_anything(first, send, courier_zhao, courier_qian, photo):
    leg = send(first)
    for step in (services.decline_rescue, services.report_not_there):
        with pytest.raises(NotAllowed):
            step(leg=leg, actor=courier_zhao.user)
    with pytest.raises(NotAllowed):
        services.collect(leg=leg, actor=courier_zhao.user, photo=photo())
    with pytest.raises(NotAllowed):
        services.go_on_oneself(giver=first, actor=courier_qian.user)


# -- The pages -------------------------------------------------------------------------------------------------


def page(client_of, person, leg: Leg) -> str:
    return client_of(person).get(reverse("delivery:job", args=[leg.no])).text


def test_the_seconds_page_says_where_and_whom_and_not_the_pickup_code(
    first, send, client_of, courier_qian, places
):
    leg = send(first, note="by the red door")
    text = page(client_of, courier_qian, leg)
    for said in ("Meet 赵强", places.print_shop.label, "by the red door", "his phone is dead", "Not there"):
        assert said in text
    assert "5-2-1188" not in text
    assert "Scan their code" in page(
        client_of, courier_qian, services.arrive_at_pickup(leg=leg, actor=courier_qian.user)
    )


def test_the_firsts_page_says_who_comes(first, send, client_of, courier_zhao, courier_qian):
    send(first)
    text = page(client_of, courier_zhao, first)
    assert "钱悦 comes to fetch it" in text
    assert "Show my code" in text
    assert "钱悦 comes to fetch it" in client_of(courier_zhao).get(reverse("delivery:active")).text


def test_the_customers_page_says_so(first, send, client_of, student_lin, courier_qian, photo):
    leg = send(first)
    address = reverse("orders:detail", args=[first.order.no])
    assert "Another courier is on the way to fetch it" in client_of(student_lin).get(address).text
    services.collect(leg=leg, actor=courier_qian.user, photo=photo())
    assert "On the way to you" in client_of(student_lin).get(address).text


def test_by_the_pages(first, send, client_of, courier_qian, courier_zhao, photo, places):
    leg = send(first)
    browser = client_of(courier_qian)
    browser.post(reverse("delivery:step", args=[leg.no, "arrive_at_pickup"]))
    answer = browser.post(reverse("delivery:collect", args=[leg.no]), {})
    assert answer.status_code == 422
    browser.post(reverse("delivery:collect", args=[leg.no]), {"photo": photo()})
    leg.refresh_from_db()
    assert leg.status == LegStatus.PICKED_UP
    assert "earned" in page(client_of, courier_zhao, first)


@pytest.mark.parametrize("why, outcome", [("not_there", "not_there"), ("cannot", "declined")])
def test_not_there_by_the_page(first, send, client_of, courier_qian, why, outcome):
    leg = send(first)
    browser = client_of(courier_qian)
    browser.post(reverse("delivery:step", args=[leg.no, "arrive_at_pickup"]))
    browser.post(reverse("delivery:not_there", args=[leg.no]), {"why": why, "words": "x"})
    assert Rescue.objects.get().outcome == outcome
    assert "You need not fetch it any more" in page(client_of, courier_qian, leg)


def test_the_second_can_call_the_first_until_they_have_it(first, send, courier_qian, courier_zhao, photo):
    leg = send(first)
    assert services.call_giver(leg=leg, actor=courier_qian.user).number
    services.collect(leg=leg, actor=courier_qian.user, photo=photo())
    with pytest.raises(WrongState):
        services.call_giver(leg=leg, actor=courier_qian.user)


def test_the_first_goes_on_by_the_page(first, send, client_of, courier_zhao):
    send(first)
    client_of(courier_zhao).post(reverse("delivery:go_on", args=[first.no]))
    first.refresh_from_db()
    assert first.status == LegStatus.PICKED_UP


def test_it_is_expected_by_the_plan_of_the_second(first, send, courier_qian, places):
    couriers.report_position(courier=courier_qian, lat=places.canteen.lat, lon=places.canteen.lon)
    leg = send(first)
    leg.refresh_from_db()
    assert leg.eta_at > clock.now()
