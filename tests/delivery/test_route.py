"""The page of all stops, and the badge that leads to it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from couriers import services as couriers
from couriers.models import Courier
from delivery import selectors, services

pytestmark = pytest.mark.django_db


def test_stops_stand_in_the_order_of_the_way(client_of, open_job, carry, courier_zhao, places):
    couriers.report_position(courier=courier_zhao, lat=places.gate.lat, lon=places.gate.lon, at=clock.now())
    carry(open_job(), courier_zhao)
    carry(open_job(pickup=places.canteen, dropoff=places.print_shop), courier_zhao)
    stops = selectors.route_stops(courier_zhao)
    assert [(planned.stop.place.code, planned.stop.is_pickup) for planned in stops] == [
        ("parcel_station", True),
        ("canteen", True),
        ("print_shop", False),
        ("dorm_north", False),
    ]
    assert [planned.number for planned in stops] == [1, 2, 3, 4]
    assert all(planned.metres > 0 for planned in stops)
    drawn = selectors.route_map(courier_zhao, stops)
    assert [pin.get("text") for pin in drawn["pins"]] == ["1", "2", "3", "4", None]
    assert drawn["pins"][-1]["kind"] == "courier"
    text = client_of(courier_zhao).get(reverse("delivery:active")).text
    assert (
        text.index("Fetch at Parcel station")
        < text.index("Fetch at Canteen 2")
        < text.index("Bring to Print shop")
    )


def test_only_ones_own_stops_are_there(client_of, open_job, carry, courier_zhao, courier_qian):
    carry(open_job(), courier_zhao)
    text = client_of(courier_qian).get(reverse("delivery:active")).text
    assert "Nothing under way" in text
    assert "Room 302" not in text


def test_a_finished_job_leaves_the_page(client_of, open_job, carry, courier_zhao):
    leg = carry(open_job(), courier_zhao, stages=3)
    services.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    browser, address = client_of(courier_zhao), reverse("delivery:active_live")
    assert "Nothing under way" in browser.get(address, headers={"HX-Request": "true"}).text
    assert browser.get(address).url == reverse("delivery:active")


def test_the_menu_counts_the_jobs_under_way(client_of, open_job, carry, courier_zhao):
    client = client_of(courier_zhao)
    assert "under way</span></span>" not in client.get(reverse("dispatch:hall")).text
    carry(open_job(), courier_zhao)
    carry(open_job(), courier_zhao)
    assert "2 jobs under way" in client.get(reverse("dispatch:hall")).text


def test_the_strip_in_the_hall_counts_what_is_done_at_the_next_stop(open_job, carry, courier_zhao):
    carry(open_job(), courier_zhao)
    carry(open_job(), courier_zhao)
    held = list(selectors.jobs_of(courier_zhao))
    strip = selectors.next_stop(courier_zhao, held)
    assert (strip.planned.stop.is_pickup, strip.jobs) == (True, 2)
    assert selectors.next_stop(courier_zhao, []) is None


def test_queries_do_not_grow_with_stops(client_of, open_job, carry, courier_zhao):
    Courier.objects.update(capacity=20)
    client = client_of(courier_zhao)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("delivery:active_live"), headers={"HX-Request": "true"})
        return len(seen)

    carry(open_job(), courier_zhao)
    cost()
    one = cost()
    for _ in range(9):
        carry(open_job(), courier_zhao)
    assert cost() == one


def pages(client, leg) -> str:
    """The route and the job, as the courier reads them."""
    return (
        client.get(reverse("delivery:active")).text + client.get(reverse("delivery:job", args=[leg.no])).text
    )


def test_the_room_is_for_who_goes_to_the_door(client_of, open_job, carry, courier_zhao, places, station):
    client = client_of(courier_zhao)
    door = carry(open_job(dropoff_detail="Room 1", contact_name="Old Lin"), courier_zhao)
    assert pages(client, door).count("Room 1") == 2
    assert "Old Lin" in pages(client, door)
    to_shelf = carry(open_job(dropoff=places.dorm_women, dropoff_detail="Room 2"), courier_zhao)
    assert to_shelf.to_shelf
    assert "Room 2" not in pages(client, to_shelf)


def test_on_the_way_back_nobody_reads_the_room(client_of, open_job, carry, courier_zhao, supervisor_sun):
    leg = carry(open_job(contact_name="Old Lin"), courier_zhao, stages=3)
    services.send_back(order=leg.order, actor=supervisor_sun)
    text = pages(client_of(courier_zhao), leg)
    assert "Bring to Parcel station" in text
    assert "Room 302" not in text
    assert "Old Lin" not in text
    assert reverse("delivery:call", args=[leg.no]) in text  # the customer can still be asked
    assert "Write to the customer" in text
