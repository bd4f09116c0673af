"""Pay and price follow the work: parcels by their number, stairs by the room, a queue by its minutes."""

import re

import pytest

from accounts.models import Address
from orders.models import Order
from tests.orders.test_page_wizard import hidden

pytestmark = pytest.mark.django_db


def price(browser, data, kind="parcel") -> str:
    return browser.post(f"/new/{kind}/price/", data, headers={"HX-Request": "true"}).text


def order(browser, data, kind="parcel"):
    return browser.post(f"/new/{kind}/", data)


def test_a_haul_starts_with_the_stairs_to_ones_own_door(browser, student_lin, places):
    Address.objects.create(user=student_lin, place=places.dorm_north, detail="6楼 602", is_default=True)

    page = browser.get("/new/haul/").text

    assert re.search(r'name="stairs" value="5"', page)
    assert "Carrying up 5 floors" in page


def test_steppers_say_what_they_change_and_by_how_much(browser):
    page = browser.get("/new/queue/").text

    assert 'aria-label="For how long (minutes): 15 less"' in page
    assert 'aria-label="For how long (minutes): 15 more"' in page


def test_an_order_with_several_parcels_is_repeated_without_their_number(browser, ordered):
    old = ordered(pieces=3)

    assert not re.search(r'name="pieces" value', browser.get(f"/new/parcel/?again={old.no}").text)


def test_six_parcels_cost_more_than_one(browser, filled):
    one = price(browser, filled())
    six = price(browser, filled(pickup_codes="1-1-1 1-1-2 1-1-3 1-1-4 1-1-5 1-1-6"))
    corrected = price(browser, filled(pieces=6))

    assert re.search(r"<dt>6 pieces</dt><dd>¥5</dd>", six)
    assert int(hidden(six, "expected_fen")) > int(hidden(one, "expected_fen"))
    assert hidden(corrected, "expected_fen") == hidden(six, "expected_fen")


def test_who_comes_downstairs_pays_no_stairs(browser, filled):
    up = price(browser, filled(dropoff_detail="602"))
    down = price(browser, filled(dropoff_detail="602", downstairs="on"))

    assert "Carrying up 5 floors" in up
    assert "Carrying up" not in down


def test_the_price_of_a_queue_is_that_of_the_minutes_typed(browser, filled):
    page = price(browser, filled("queue", minutes=40), "queue")

    assert "Waiting 40 minutes" in page
    assert int(hidden(page, "expected_fen")) == int(
        hidden(price(browser, filled("queue", minutes=45), "queue"), "expected_fen")
    )


def test_a_haul_costs_the_floors_that_its_field_shows(browser, filled, places):
    places.dorm_north.has_lift = True
    places.dorm_north.save()
    # Down from where it is: the lift at the other end changes nothing.
    page = price(browser, filled("haul", stairs=4, dropoff_detail="602"), "haul")

    assert "Carrying up 4 floors" in page


def test_whoever_comes_downstairs_needs_no_room(browser, filled, rich):
    order(browser, filled(dropoff_detail="", downstairs="on"))

    assert Order.objects.get().details["downstairs"] is True


def test_forty_minutes_are_forty_minutes(browser, filled, rich):
    order(browser, filled("queue", minutes=40), "queue")

    assert Order.objects.get().details["minutes"] == 40
