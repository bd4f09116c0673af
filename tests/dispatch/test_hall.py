"""The hall: what is on a card and what never is, in which order, and at which cost."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campus.network import SPEED
from core import clock
from core.money import yuan
from couriers import services as couriers_services
from couriers.models import Courier
from delivery import selectors as delivery_selectors
from delivery import services as delivery
from delivery.models import Leg
from dispatch import selectors
from orders import services as orders
from payments import services as money
from tests.factories import CourierFactory, UserFactory

pytestmark = pytest.mark.django_db


def stand(courier, place):
    couriers_services.report_position(courier=courier, lat=place.lat, lon=place.lon, at=clock.now())


def nos(cards):
    return [card.no for card in cards]


def test_a_card_says_what_a_courier_decides_by(open_job, courier_zhao, places):
    stand(courier_zhao, places.gate)
    leg = open_job(tip_fen=200, size="M")
    (card,) = selectors.hall(courier_zhao).cards
    assert (card.pickup, card.dropoff) == (places.parcel_station.label, places.dorm_north.label)
    assert card.pay_fen == leg.pay_fen + 200
    assert card.due_at == leg.order.promised_at
    assert 100 < card.to_pickup_m < 300
    assert 300 < card.trip_m < 600
    assert {"Tip ¥2", "Medium parcel"} <= {tag.text for tag in card.tags}


def test_neither_room_nor_code_nor_contact_nor_note_is_in_the_hall(client_of, open_job, courier_zhao):
    leg = open_job(
        dropoff_detail="ROOM-SECRET",
        pickup_detail="WINDOW-SECRET",
        pickup_codes="CODE-SECRET",
        note="NOTE-SECRET",
        contact_name="NAME-SECRET",
        contact_phone="13812349999",
    )
    client = client_of(courier_zhao)
    for name in ("hall", "hall_list"):
        body = client.get(reverse(f"dispatch:{name}"), headers={"HX-Request": "true"}).content
        assert leg.no.encode() in body
        for secret in (b"SECRET", b"13812349999", b"9999", leg.order.receiving_code.encode() + b"<"):
            assert secret not in body, secret


def test_off_duty_one_is_invited_and_sees_no_job(client_of, open_job, courier_zhao):
    leg = open_job()
    couriers_services.set_duty(courier=courier_zhao, on=False)
    text = client_of(courier_zhao).get(reverse("dispatch:hall")).text
    assert "1 job is waiting" in text
    assert leg.no not in text


def test_the_switch_turns_duty_on_and_off(client_of, open_job, courier_zhao):
    leg = open_job()
    client = client_of(courier_zhao)
    answer = client.post(reverse("dispatch:duty"), headers={"HX-Request": "true"})
    assert "Go on duty" in answer.text
    assert not Courier.objects.get().on_duty
    answer = client.post(reverse("dispatch:duty"), {"on": "1"}, headers={"HX-Request": "true"})
    assert leg.no in answer.text
    assert Courier.objects.get().on_duty
    assert client.post(reverse("dispatch:duty"), {"on": "1"}).status_code == 302


def test_nobody_goes_off_duty_with_jobs_in_hand(client_of, open_job, carry, courier_zhao):
    carry(open_job(), courier_zhao)
    answer = client_of(courier_zhao).post(reverse("dispatch:duty"), headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "Finish or give back" in answer["HX-Trigger"]
    assert Courier.objects.get().on_duty


def test_women_only_jobs_are_shown_to_men_as_not_for_them(
    client_of, open_job, courier_zhao, courier_qian, places
):
    leg = open_job(dropoff=places.dorm_women)
    for_him, for_her = selectors.hall(courier_zhao), selectors.hall(courier_qian)
    assert for_him.cards == []
    assert [(card.no, card.refusal) for card in for_him.blocked] == [
        (leg.no, "Only female couriers may take this job.")
    ]
    assert nos(for_her.cards) == [leg.no]
    assert "Women only" in [tag.text for tag in for_her.cards[0].tags]
    text = client_of(courier_zhao).get(reverse("dispatch:hall")).text
    assert "Only female couriers may take this job." in text
    assert reverse("dispatch:grab", args=[leg.no]) not in text


def test_the_customers_wish_for_a_gender_counts_too(open_job, courier_zhao, courier_qian):
    open_job(gender_wanted="male")
    assert len(selectors.hall(courier_zhao).cards) == 1
    assert selectors.hall(courier_qian).cards == []


def test_ones_own_order_cannot_be_taken(open_job, courier_zhao):
    open_job(customer=courier_zhao.user)
    assert [card.refusal for card in selectors.hall(courier_zhao).blocked] == ["This is your own order."]


def test_what_one_gave_back_is_not_shown_again(open_job, carry, courier_zhao, courier_qian):
    leg = carry(open_job(), courier_zhao)
    delivery.give_back(leg=leg, actor=courier_zhao.user)
    mine, hers = selectors.hall(courier_zhao), selectors.hall(courier_qian)
    assert (mine.cards, mine.blocked) == ([], [])
    assert len(hers.cards) == 1


def test_jobs_of_another_campus_are_not_there(open_job, other_campus):
    open_job()
    stranger = CourierFactory(campus=other_campus)
    assert selectors.hall(stranger).cards == []


def test_with_full_hands_the_jobs_are_seen_but_not_offered(client_of, open_job, carry, courier_zhao):
    couriers_services.update_profile(courier=courier_zhao, vehicle="bicycle", capacity=1)
    carry(open_job(), courier_zhao)
    open_job()
    courier = Courier.objects.select_related("campus", "user").get()
    hall = selectors.hall(courier)
    assert hall.is_full
    assert len(hall.cards) == 1
    text = client_of(courier).get(reverse("dispatch:hall")).text
    assert "You carry 1 order" in text
    assert "data-needs-net disabled" in text


def test_a_job_on_the_way_says_what_it_adds(client_of, open_job, carry, courier_zhao, places):
    stand(courier_zhao, places.parcel_station)
    carry(open_job(), courier_zhao)
    same = open_job()
    away = open_job(pickup=places.dorm_north, dropoff=places.gate)
    hall = selectors.hall(courier_zhao)
    by_no = {card.no: card for card in hall.cards}
    assert by_no[same.no].on_the_way
    assert by_no[same.no].extra_m == 0
    assert by_no[same.no].shared == places.dorm_north.label
    assert not by_no[away.no].on_the_way
    assert hall.on_the_way == 1
    assert nos(selectors.hall(courier_zhao, sort="way").cards) == [same.no]
    assert (
        "On your way: also North dorm 3, no detour"
        in client_of(courier_zhao).get(reverse("dispatch:hall")).text
    )


def test_each_order_of_the_list(open_job, courier_zhao, places):
    stand(courier_zhao, places.dorm_north)
    near = open_job(pickup=places.dorm_north, dropoff=places.canteen)
    rich = open_job(tip_fen=900)
    assert nos(selectors.hall(courier_zhao, sort="near").cards) == [near.no, rich.no]
    assert nos(selectors.hall(courier_zhao, sort="pay").cards) == [rich.no, near.no]
    assert nos(selectors.hall(courier_zhao, sort="nonsense").cards) == nos(selectors.hall(courier_zhao).cards)


def test_what_has_failed_once_comes_first(open_job, courier_zhao, courier_qian, carry):
    open_job(tip_fen=900)
    waiting = carry(open_job(), courier_qian)
    delivery.give_back(leg=waiting, actor=courier_qian.user)
    again = Leg.objects.get(order=waiting.order, status="open")
    assert nos(selectors.hall(courier_zhao).cards)[0] == again.no


def test_what_waits_long_rises(open_job, courier_zhao, simulated_clock, places):
    old = open_job()
    simulated_clock.advance(minutes=20)
    couriers_services.set_duty(courier=courier_zhao, on=True)
    new = open_job()
    assert nos(selectors.hall(courier_zhao).cards) == [old.no, new.no]


def test_kinds_can_be_picked_out(client_of, open_job, courier_zhao, places):
    parcel = open_job()
    document = open_job(kind="document", pickup=places.print_shop, what="A thesis")
    hall = selectors.hall(courier_zhao, kind="document")
    assert nos(hall.cards) == [document.no]
    assert {kind.name for kind in hall.kinds} == {"parcel", "document"}
    assert set(hall.nos) == {parcel.no, document.no}
    client = client_of(courier_zhao)
    address = reverse("dispatch:hall_list") + "?kind=document"
    assert client.get(address).status_code == 302  # a fragment is no page
    assert parcel.no not in client.get(address, headers={"HX-Request": "true"}).text.partition("<nav")[2]
    assert client.get(reverse("dispatch:hall") + "?kind=nonsense&sort=nonsense").status_code == 200


def test_without_a_position_there_are_no_distances_but_jobs(open_job, courier_zhao):
    open_job()
    (card,) = selectors.hall(courier_zhao).cards
    assert card.to_pickup_m is None
    assert card.extra_m is None
    assert card.trip_m > 0


def test_an_old_position_counts_for_nothing(open_job, courier_zhao, places, simulated_clock):
    stand(courier_zhao, places.gate)
    simulated_clock.advance(minutes=31)
    open_job()
    (card,) = selectors.hall(courier_zhao).cards
    assert card.to_pickup_m is None


def test_a_booked_job_says_when(open_job, courier_zhao, simulated_clock):
    start = simulated_clock() + timedelta(minutes=30)
    open_job(window_start=start, window_end=start + timedelta(minutes=30))
    (card,) = selectors.hall(courier_zhao).cards
    assert "Booked for 10:30–11:00" in [tag.text for tag in card.tags]


def test_the_head_shows_todays_figures(client_of, open_job, carry, courier_zhao, simulated_clock):
    leg = carry(open_job(tip_fen=100), courier_zhao, stages=3)
    delivery.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    late = carry(open_job(), courier_zhao, stages=3)
    simulated_clock.advance(hours=3)
    delivery.deliver(leg=late, actor=courier_zhao.user, code=late.order.receiving_code)
    today = delivery_selectors.today(courier_zhao)
    assert today.earned_fen == leg.pay_fen + 100 + late.pay_fen
    assert (today.done, today.on_time) == (2, 50)
    simulated_clock.advance(days=1)
    assert (delivery_selectors.today(courier_zhao).done, delivery_selectors.today(courier_zhao).on_time) == (
        0,
        50,
    )


def test_the_number_of_queries_does_not_grow_with_jobs(client_of, open_job, carry, courier_zhao, places):
    carry(open_job(), courier_zhao)
    stand(courier_zhao, places.gate)
    client = client_of(courier_zhao)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(reverse("dispatch:hall_list"), headers={"HX-Request": "true"})
            assert answer.status_code == 200
        return len(seen)

    for _ in range(5):
        open_job()
    cost()  # the network and the session are read once
    few = cost()
    for _ in range(45):
        open_job()
    assert len(selectors.hall(courier_zhao).cards) == 50
    assert cost() == few


def test_nobody_else_is_needed_for_a_card(open_job, courier_zhao):
    """A customer without a phone, an order without a pickup place: the hall still opens."""
    guest = UserFactory(phone=None, campus=courier_zhao.campus)
    leg = open_job(kind="queue", customer=guest, pickup=None, minutes=30, pickup_codes="")
    (card,) = selectors.hall(courier_zhao).cards
    assert (card.no, card.pickup) == (leg.no, "")
    assert "Waiting 30 minutes" in [tag.text for tag in card.tags]
    stand(courier_zhao, leg.dropoff)
    (card,) = selectors.hall(courier_zhao).cards
    assert (card.extra_m, card.minutes) == (
        0,
        32,
    )  # the courier stands there already: the queue, and handing over
    assert card.per_minute == card.pay_fen / 32


@pytest.mark.parametrize("vehicle, minutes", [("foot", 14), ("bicycle", 9), ("ebike", 8)])
def test_the_figures_of_a_card_come_from_the_same_minutes(
    client_of, open_job, courier_zhao, places, vehicle, minutes
):
    """90 s at the counter, 120 s at the door, 2 floors of 30 s, a second parcel of 30 s, and the way by the own vehicle."""
    courier_zhao.vehicle = vehicle
    courier_zhao.save()
    stand(courier_zhao, places.gate)
    open_job(floor=3, pieces=2)
    (card,) = selectors.hall(courier_zhao).cards
    assert card.minutes == -int(-(card.extra_m / SPEED[vehicle] + 300) // 60) == minutes
    assert card.per_minute_fen == round(card.pay_fen / card.minutes)
    text = client_of(courier_zhao).get(reverse("dispatch:hall")).text
    assert f"Adds {card.minutes} min" in text
    assert f"{yuan(card.per_minute_fen)} a minute" in text


def test_what_takes_longer_for_the_same_pay_comes_later(open_job, courier_zhao, places):
    stand(courier_zhao, places.gate)
    high, low = open_job(floor=6), open_job(floor=1)
    Leg.objects.filter(pk__in=[high.pk, low.pk]).update(pay_fen=500)
    first, second = selectors.hall(courier_zhao).cards
    assert (first.no, second.no) == (low.no, high.no)
    assert second.minutes - first.minutes in (2, 3)


def test_a_tip_shows_at_once(open_job, courier_zhao, student_lin):
    leg = open_job()
    before = selectors.hall(courier_zhao).cards[0].pay_fen
    orders.add_tip(order=leg.order, actor=student_lin, amount=300, gateway="wallet", key="a")
    assert selectors.hall(courier_zhao).cards[0].pay_fen == before + 300
    assert money.balance("wallet", user=student_lin) > 0


def test_something_to_buy_anywhere_has_a_stop_without_a_distance(
    client_of, open_job, carry, courier_zhao, places
):
    stand(courier_zhao, places.gate)
    leg = open_job(kind="purchase", pickup=None, pickup_codes="", budget_fen=2000, what="Milk")
    (card,) = selectors.hall(courier_zhao).cards
    assert (card.pickup, card.to_pickup_m, card.trip_m) == ("Any shop nearby", None, 0)
    # Nobody knows how far that is: what it takes is about the shopping, and not as if one only had to go to the door.
    assert card.extra_m is None
    assert card.minutes == 14
    carry(leg, courier_zhao)
    assert "Any shop nearby" in client_of(courier_zhao).get(reverse("delivery:job", args=[leg.no])).text


def test_what_one_may_not_take_hides_nothing_that_one_may(
    open_job, courier_zhao, places, monkeypatch, campus
):
    monkeypatch.setattr(import_module("dispatch.selectors.hall"), "MOST_CARDS", 3)
    courier_zhao.zones.add(places.dorm_north.zone)
    closed = [open_job(), open_job(dropoff=places.canteen), open_job(customer=courier_zhao.user)]
    Leg.objects.filter(pk=closed[0].pk).update(gender="female", priority=1)
    mine = open_job()
    hall = selectors.hall(courier_zhao)
    assert nos(hall.cards) == [mine.no]
    # Where there is room they say why not, in the order in which they came.
    assert [card.no for card in hall.blocked] == [leg.no for leg in closed[:2]]
    assert all(card.refusal for card in hall.blocked)
    for leg in closed[1:]:
        Leg.objects.filter(pk=leg.pk).update(priority=1)
    assert nos(selectors.hall(courier_zhao).cards) == [mine.no]


def test_jobs_that_want_a_training_hide_nothing_either(open_job, courier_zhao, campus, monkeypatch):
    hall = import_module("dispatch.selectors.hall")
    monkeypatch.setattr(hall, "MOST_CARDS", 1)
    monkeypatch.setattr(
        hall.admission.facts, "missed_kinds", lambda couriers, now: {courier_zhao.pk: frozenset({"document"})}
    )
    open_job(kind="document")
    parcel = open_job()
    assert nos(selectors.hall(courier_zhao).cards) == [parcel.no]
