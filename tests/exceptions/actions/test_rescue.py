"""An operator lets another courier fetch goods in hand: who may, what it costs whom, what is promised, and the way back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from core.errors import WrongState
from couriers import services as couriers
from couriers.models import Courier
from delivery import services as delivery
from delivery.models import Leg, LegStatus, Rescue
from exceptions.actions import ACTIONS, run_action, undo_action
from exceptions.detection.scanner import scan
from exceptions.models import Ticket, Watch
from exceptions.tickets import services
from notifications.models import Notice
from tests import factories
from tests.exceptions.actions.running import filled, last_entry, previewed, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def dead(order, walk, courier_zhao, courier_qian, places, simulated_clock) -> Ticket:
    """Zhao was last heard of at the print shop, with Lin's parcel; Qian is at the canteen."""
    walk(order, "picked_up")
    at = places.print_shop
    couriers.report_position(courier=courier_zhao, lat=at.lat, lon=at.lon, accuracy_m=20)
    couriers.report_position(courier=courier_qian, lat=places.canteen.lat, lon=places.canteen.lon)
    return services.report(order=order, type="courier_offline", source="scanner")


def send(ticket, actor, **params):
    return run(ticket, "rescue", actor, **({"reason": "his phone is dead"} | params))


def fetched() -> Leg:
    return Leg.objects.get(rescues__isnull=False)


def test_it_is_fetched_from_where_the_first_was_last_seen(dead, operator_wang, courier_qian, places):
    send(dead, operator_wang)
    leg = fetched()
    assert (leg.courier, leg.pickup) == (courier_qian, places.print_shop)
    assert leg.rescue.position == pytest.approx(places.print_shop.position)


def test_or_from_a_place_that_is_chosen(dead, operator_wang, places):
    send(dead, operator_wang, place=places.gate.pk, way="fetch")
    assert fetched().pickup == places.gate


def test_what_is_fetched_where_nobody_meets_says_where(dead, operator_wang):
    form = ACTIONS["rescue"].form(dead, {"courier": "1", "way": "fetch", "reason": "x"})
    assert "Say where it lies, or choose a place." in str(form.errors["note"])


def test_the_nearest_who_may_is_offered_first_with_reasons(dead, campus, places, courier_qian):
    near = factories.CourierFactory(campus=campus, user__username="near", user__name="近近")
    factories.CourierFactory(campus=campus, user__username="off", on_duty=False)
    full = factories.CourierFactory(campus=campus, user__username="full", capacity=0)
    couriers.report_position(
        courier=near, lat=places.print_shop.lat, lon=places.print_shop.lon, accuracy_m=15
    )
    offered = filled(dead, "rescue").offered
    assert list(offered) == [near.pk, courier_qian.pk]
    assert full.pk not in offered
    label = dict(filled(dead, "rescue").fields["courier"].choices)[near.pk]
    assert label == "近近 · 0 m from the goods (±15 m) · hands free"


def test_into_a_womens_dorm_only_a_woman_is_sent(place, places, walk, courier_zhao, courier_qian, campus):
    order = place(dropoff=places.dorm_women)
    leg = order.legs.get()
    Leg.objects.filter(pk=leg.pk).update(status="picked_up", courier=courier_zhao, assigned_at=clock.now())
    order.status = "picked_up"
    order.save()
    factories.CourierFactory(campus=campus, user__username="another")
    ticket = services.report(
        order=order, type="courier_offline", source="scanner", leg=leg, courier=courier_zhao
    )
    couriers.report_position(courier=courier_zhao, lat=places.gate.lat, lon=places.gate.lon)
    assert list(filled(ticket, "rescue").offered) == [courier_qian.pk]


def test_the_preview_is_what_moves(dead, operator_wang, moved, order, courier_qian):
    told = previewed(dead, "rescue", reason="x")
    since = last_entry()
    send(dead, operator_wang)
    leg = fetched()
    pay = {"first": leg.rescue.giver_fen, "second": leg.total_fen}
    assert told == {"courier": pay["first"] + pay["second"], "platform": -pay["first"]}
    assert moved(since, order) == {}  # nothing before somebody has it
    assert leg.total_fen == order.courier_fen


def test_what_an_operator_adds_is_the_platforms(dead, operator_wang, order):
    send(dead, operator_wang, extra_fen="3")
    leg = fetched()
    assert leg.bonus_fen == 300
    assert leg.pay_fen + leg.rescue.giver_fen == order.courier_fen


def test_the_promise_is_kept_where_it_can_be(dead, operator_wang, order):
    before = order.promised_at
    send(dead, operator_wang)
    order.refresh_from_db()
    assert order.promised_at == before


def test_a_new_time_is_promised_beside_the_first(dead, operator_wang, order, simulated_clock):
    first = order.promised_at
    simulated_clock.move_to(order.promised_at - timedelta(minutes=1))
    send(dead, operator_wang)
    order.refresh_from_db()
    assert order.first_promised_at == first == order.late_from
    assert order.promised_at > first
    assert fetched().due_at == order.promised_at
    told = Notice.objects.filter(user=order.customer, kind="rescue_told").get()
    assert clock.day_time(order.promised_at) in told.body
    assert clock.day_time(first) in told.body


def test_the_second_is_not_told_of_more_time_than_they_ever_had(
    dead, operator_wang, order, simulated_clock, courier_qian
):
    simulated_clock.move_to(order.promised_at - timedelta(minutes=1))
    send(dead, operator_wang)
    assert not Notice.objects.filter(user=courier_qian.user, kind="promise_extended").exists()


def test_pressed_twice_is_once(dead, operator_wang):
    params = filled(dead, "rescue", reason="x").cleaned_data
    for _ in range(2):
        run_action(ticket=dead, action="rescue", params=params, actor=operator_wang, key="k")
    assert Rescue.objects.count() == 1


def test_a_second_one_is_refused_while_the_first_is_under_way(dead, operator_wang):
    send(dead, operator_wang)
    form = ACTIONS["rescue"].form(dead, {"courier": "1", "way": "meet", "reason": "x"})
    assert "Another courier is on the way" in str(form.errors)
    rows = ACTIONS["rescue"].briefing(dead, {})
    assert "Another courier is on the way" in rows[0].text


@pytest.mark.parametrize("stage", [None, "assigned", "delivered"])
def test_only_goods_in_hand(order, walk, stage, operator_wang, library):
    if stage:
        walk(order, stage)
    ticket = services.report(
        order=order, type="other", source="operator", actor=operator_wang, description="x"
    )
    assert ACTIONS["rescue"].available(ticket, operator_wang)


def test_undone_the_first_goes_on_and_everybody_hears(dead, operator_wang, courier_qian, order):
    entry = send(dead, operator_wang)
    undo_action(ticket=dead, entry=entry, actor=operator_wang, key="u")
    assert order.legs.get(rescues=None).status == LegStatus.PICKED_UP
    assert Notice.objects.filter(user=courier_qian.user, kind="rescue_called_off").exists()
    assert Notice.objects.filter(user=order.customer, kind="rescue_failed").exists()


def test_once_collected_there_is_no_way_back(dead, operator_wang, courier_qian, photo):
    entry = send(dead, operator_wang)
    delivery.collect(leg=fetched(), actor=courier_qian.user, photo=photo())
    with pytest.raises(WrongState, match="has the goods already"):
        undo_action(ticket=dead, entry=entry, actor=operator_wang, key="u")


def test_not_there_is_news_in_the_ticket(dead, operator_wang, courier_qian, places):
    send(dead, operator_wang)
    leg = delivery.arrive_at_pickup(leg=fetched(), actor=courier_qian.user, where=places.print_shop.position)
    delivery.report_not_there(leg=leg, actor=courier_qian.user, words="only a bicycle")
    dead.refresh_from_db()
    entry = dead.events.get(kind="unrescued")
    assert (entry.text, dead.news) == ("only a bicycle", "unrescued")


def test_not_there_opens_one_anew_where_it_was_settled(dead, operator_wang, courier_qian):
    send(dead, operator_wang)
    services.resolve(ticket=dead, actor=operator_wang, resolution="done")
    delivery.decline_rescue(leg=fetched(), actor=courier_qian.user, words="a flat tyre")
    again = Ticket.objects.exclude(pk=dead.pk).get()
    assert (again.type, again.description) == (dead.type, "a flat tyre")


def test_nobody_on_duty_may_take_it(dead, courier_qian):
    Courier.objects.filter(pk=courier_qian.pk).update(on_duty=False)
    form = ACTIONS["rescue"].form(dead, {"way": "meet", "reason": "x"})
    assert "Nobody on duty may take it on just now." in str(form.errors["courier"])


def test_nobody_knows_where_it_is(dead, courier_zhao):
    Courier.objects.filter(pk=courier_zhao.pk).update(lat=None, lon=None, located_at=None)
    form = ACTIONS["rescue"].form(dead, {"way": "meet", "reason": "x"})
    assert "choose a place" in str(form.errors["place"])
    assert ACTIONS["rescue"].briefing(dead, {})[0].text == "has sent no position"


def test_on_the_console_with_a_photo(dead, desk, photo, places):
    address = reverse("exceptions:console_action", args=[dead.no, "rescue"])
    dialog = desk.get(address).text
    assert 'hx-encoding="multipart/form-data"' in dialog
    assert "Told before anybody else" in dialog
    assert "±20 m" in dialog
    data = {"courier": filled(dead, "rescue").initial["courier"], "way": "fetch", "place": places.gate.pk,
            "note": "on the bench", "photo": photo(raw=True), "reason": "dead phone", "extra_fen": "", "key": "k"}  # fmt: skip
    assert desk.post(address, data).status_code == 204
    rescue = Rescue.objects.get()
    assert (rescue.note, rescue.way, rescue.photo.purpose) == ("on the bench", "fetch", "place")


def test_the_second_is_watched_and_the_first_no_more(dead, operator_wang, courier_qian, simulated_clock):
    send(dead, operator_wang)
    simulated_clock.advance(minutes=1)
    scan()
    watched = set(Watch.objects.values_list("detector", "leg__courier"))
    assert ("courier_silent", courier_qian.pk) in watched
    assert {courier for _detector, courier in watched} == {courier_qian.pk}
