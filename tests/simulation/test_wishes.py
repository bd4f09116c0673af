"""What virtual students want can be had where they want it from."""

from datetime import timedelta
from random import Random

import pytest

from accounts.demo import LOGINS
from accounts.models import StaffRole
from campus.demo.plan import PLACES
from campus.models import Admits, Place
from orders.kinds import ERRANDS
from simulation import wishes
from simulation.demo import load_demo
from simulation.life import Life, Pace
from simulation.wishes import wish

CODES = {code for code, *_rest in PLACES}


@pytest.fixture
def demo(db, simulated_clock):
    return load_demo(history=timedelta(), say=lambda text: None)


@pytest.mark.parametrize(
    "row",
    [*wishes.SHOPPING, *wishes.DOCUMENTS, *wishes.QUEUES, *wishes.HAULS, *wishes.CUSTOMS],
    ids=lambda row: row[0],
)
def test_every_place_is_on_the_plan(row):
    codes = next(part for part in row if isinstance(part, tuple))
    assert set(codes) <= CODES


@pytest.mark.parametrize("kind", ERRANDS)
def test_what_is_fetched_is_fetched_where_it_is(demo, kind):
    life = Life(demo, Random(1), Pace())
    tables = {
        "purchase": wishes.SHOPPING,
        "document": wishes.DOCUMENTS,
        "queue": wishes.QUEUES,
        "haul": wishes.HAULS,
        "custom": wishes.CUSTOMS,
    }
    for seed in range(30):
        errand = wish(Random(seed), life.places, life.homes[0], kinds=[kind])
        if kind not in tables:
            assert errand.pickup.kind == Place.Kind.PARCEL_STATION
            continue
        row = next(row for row in tables[kind] if row[0] == errand.what)
        there = errand.dropoff if kind == "queue" else errand.pickup
        assert there.code in next(part for part in row if isinstance(part, tuple))


def test_who_is_said_to_live_in_a_womens_dorm_lives_in_one(demo):
    login = next(login for login in LOGINS if login.home)
    address = demo.people.get(phone=login.phone).addresses.get()
    assert address.place.code == login.home
    assert address.place.zone.admits == Admits.FEMALE


def test_the_demo_has_a_login_for_every_kind_of_operator(demo):
    assert {login.staff_role for login in LOGINS} >= set(StaffRole.Role.values) - {"supervisor"} | {
        "superuser"
    }
    held = StaffRole.objects.filter(user__phone__in=[login.phone for login in LOGINS])
    assert set(held.values_list("role", flat=True)) == {"support", "dispatcher", "finance"}
