"""What customers type into an order: whose number, which floor, and a window that passes while they fill in the rest."""

import re

import pytest

from orders.models import Order
from tests.accounts.test_typed_phones import every
from tests.orders.test_page_wizard import errors, hidden

pytestmark = pytest.mark.django_db


def price(browser, data) -> int:
    page = browser.post("/new/parcel/price/", data, headers={"HX-Request": "true"}).text
    return int(hidden(page, "expected_fen"))


@every
def test_the_number_of_who_receives_it(browser, filled, rich, typed, stored):
    browser.post("/new/parcel/", filled(contact_name="梅", contact_phone=typed))
    assert Order.objects.get().contact_phone == stored


@pytest.mark.parametrize(
    "typed", ["138 0000", "12800000001", "+852 2123 4567", "+1 202 555 0123", "12345678901234567890"]
)
def test_what_is_no_mobile_number_is_said_and_what_was_typed_stays(browser, filled, rich, typed):
    page = browser.post("/new/parcel/", filled(contact_name="梅", contact_phone=typed))
    assert page.status_code == 422
    assert "11-digit" in page.text
    assert f'value="{typed}"' in page.text
    assert not Order.objects.exists()


# -- Floors --------------------------------------------------------------------------------------------------


@pytest.fixture
def six_floors(places):
    """A house of six without a lift."""
    dorm = places.dorm_north
    dorm.floors, dorm.has_lift = 6, False
    dorm.save()
    return dorm


@pytest.mark.parametrize(
    "detail, floor",
    [
        ("六楼", 6),
        ("六楼 12号床", 6),
        ("二楼 2026级", 2),
        ("第三层", 3),
        ("F3", 3),
        ("2nd floor", 2),
        # more of these kinds
        ("６楼６０２", 6),
        ("6层", 6),
        ("六层602室", 6),
        ("5楼12床", 5),
        ("四楼 2024级 3班", 4),
        ("第二楼", 2),
        ("两层", 2),
        ("3F", 3),
        ("L3", 3),
        ("3/F 302", 3),
        ("1st floor", 1),
        ("3rd Floor, bed 4", 3),
        ("fifth floor", 5),
        ("floor 4", 4),
        ("Floor 4, room 12", 4),
        ("room 302", 3),
        ("#305", 3),
        ("302-4", 3),
        ("B座 402", 4),
        ("3单元502", 5),
        ("二号楼 302", 3),
        ("2号楼302室", 3),
        ("2栋 5楼", 5),
        ("五楼506", 5),
        ("4 楼", 4),
        # never above the house
        ("2026", 6),
        ("99楼", 6),
        ("二十楼", 6),
        ("1204", 6),
    ],
)
def test_the_price_follows_the_floor_that_is_meant(browser, filled, six_floors, detail, floor):
    page = browser.post(
        "/new/parcel/price/", filled(dropoff_detail=detail), headers={"HX-Request": "true"}
    ).text
    carried = re.search(r"Carrying up (\d+) floor", page)
    assert (int(carried[1]) if carried else 0) == floor - 1


def test_two_floors_cost_what_two_floors_cost(browser, filled, six_floors):
    """It was ¥14 where ¥5 was right."""
    assert price(browser, filled(dropoff_detail="二楼 2026级")) == price(
        browser, filled(dropoff_detail="201")
    )
    assert price(browser, filled(dropoff_detail="六楼")) == price(browser, filled(dropoff_detail="602"))


def test_a_lift_costs_nothing_whatever_the_floor(browser, filled, six_floors):
    six_floors.has_lift = True
    six_floors.save()
    assert price(browser, filled(dropoff_detail="六楼")) == price(browser, filled(dropoff_detail="101"))


# -- Windows -------------------------------------------------------------------------------------------------


CHOSEN = "2026-11-24T11:00:00+08:00"


def test_a_window_that_came_too_near_by_two_minutes_is_told_with_the_next_ones(
    browser,
    filled,
    rich,
    simulated_clock,
):
    """Chosen at 10:29, sent at 10:31."""
    simulated_clock.advance(minutes=29)
    assert CHOSEN in browser.get("/new/parcel/").text
    simulated_clock.advance(minutes=2)
    page = browser.post("/new/parcel/", filled(window=CHOSEN, note="Ring twice"))
    assert page.status_code == 422
    assert (
        "11:00 is too near by now: a courier has to be found first. Next are 11:30–12:00, 12:00–12:30"
        in page.text
    )
    assert "2026-11-24T11:00" not in "".join(errors(page.text))
    assert "Ring twice" in page.text
    assert not Order.objects.exists()


def test_the_same_window_sent_in_time_is_taken(browser, filled, rich, simulated_clock):
    simulated_clock.advance(minutes=30)
    browser.post("/new/parcel/", filled(window=CHOSEN))
    assert f"{Order.objects.get().window_start:%H:%M}" == "03:00"  # in UTC


def test_the_price_says_it_too_before_anything_is_sent(browser, filled, rich, simulated_clock):
    simulated_clock.advance(minutes=31)
    page = browser.post("/new/parcel/price/", filled(window=CHOSEN), headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert "is not one of the" not in page.text


def test_at_night_the_next_windows_are_those_of_the_morning(browser, filled, rich, simulated_clock):
    simulated_clock.advance(hours=12, minutes=15)  # 22:15, and the campus delivers until 23:00
    late = "2026-11-24T22:30:00+08:00"
    page = browser.post("/new/parcel/", filled(window=late))
    assert "22:30 is too near by now: a courier has to be found first. Next are 07:00–07:30" in page.text


def test_another_day_s_window_stays_chosen_while_today_s_pass(browser, filled, rich, simulated_clock):
    simulated_clock.advance(hours=3)
    browser.post("/new/parcel/", filled(window="2026-11-25T11:00:00+08:00"))
    assert Order.objects.get().is_scheduled


@pytest.mark.parametrize(
    "value", ["2026-11-24T10:07:00+08:00", "2026-11-24T03:00:00+08:00", "soon", "2026-13-40"]
)
def test_what_was_never_offered_is_refused(browser, filled, rich, value):
    assert browser.post("/new/parcel/", filled(window=value)).status_code == 422
    assert not Order.objects.exists()
