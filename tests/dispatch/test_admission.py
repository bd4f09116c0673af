"""One rule says who may carry what: with a reason for one, as a mask for many, and always the same."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NotAllowed
from couriers.models import Courier
from delivery.models import Leg
from dispatch import admission, services
from dispatch.admission import Carrier, Load, mask, why_not
from tests import factories

ABLE = Carrier(
    pk=1, user_id=1, campus_id=1, may_work=True, on_duty=True, gender="male", vehicle="bicycle", capacity=3,
    carried=0, zones=frozenset(), untrained=frozenset(), is_trusted=True, is_resting=False,
)  # fmt: skip
LIGHT = Load(
    campus_id=1, gender="any", zone_id=1, kind="parcel", kg=1, worth_fen=0, customer_id=9, excluded=frozenset()
)  # fmt: skip

few = st.integers(1, 3)
ids = st.frozensets(few, max_size=2)
carriers = st.builds(
    Carrier,
    pk=few, user_id=few, campus_id=few, may_work=st.sampled_from([True, True, False]),
    on_duty=st.sampled_from([True, True, False]), gender=st.sampled_from(["male", "female"]),
    vehicle=st.sampled_from(["foot", "bicycle", "ebike"]), capacity=few, carried=st.integers(0, 3), zones=ids,
    untrained=st.frozensets(st.sampled_from(["", "haul"]), max_size=1), is_trusted=st.booleans(),
    is_resting=st.sampled_from([False, False, True]),
)  # fmt: skip
loads = st.builds(
    Load,
    campus_id=few, gender=st.sampled_from(["any", "male", "female"]), zone_id=st.one_of(st.none(), few),
    kind=st.sampled_from(["parcel", "haul"]), kg=st.sampled_from([0, 15, 16, 25, 26, 50]),
    worth_fen=st.sampled_from([0, 20_000, 20_001]), customer_id=st.integers(1, 5), excluded=ids,
)  # fmt: skip


@given(st.lists(carriers, max_size=6), st.lists(loads, max_size=6))
def test_the_mask_and_the_reason_agree(some, jobs):
    found = mask(some, jobs)
    assert found.shape == (len(some), len(jobs))
    for i, carrier in enumerate(some):
        for j, load in enumerate(jobs):
            assert bool(found[i, j]) == (why_not(carrier, load) == "")


@pytest.mark.parametrize(
    "courier, job, reason",
    [
        ({}, {}, ""),
        ({"may_work": False}, {}, "Your courier account is not active."),
        ({"campus_id": 2}, {}, "This job is on another campus."),
        ({"on_duty": False}, {}, "Switch to on duty first."),
        ({"is_resting": True}, {}, "You have been on duty for twelve hours today. Please rest now."),
        ({"untrained": frozenset({""})}, {}, "There are new lessons. Finish the training first."),
        ({"untrained": frozenset({"haul"})}, {}, ""),
        (
            {"untrained": frozenset({"haul"})},
            {"kind": "haul"},
            "Do the training for this kind of job first.",
        ),
        ({}, {"gender": "female"}, "Only female couriers may take this job."),
        ({"gender": "female"}, {"gender": "male"}, "Only male couriers may take this job."),
        ({"zones": frozenset({2})}, {}, "It goes to an area that you do not deliver to."),
        ({"zones": frozenset({2})}, {"zone_id": None}, ""),
        ({"zones": frozenset({1, 2})}, {}, ""),
        ({"vehicle": "foot"}, {"kg": 16}, "16 kg are too heavy for your vehicle."),
        ({"vehicle": "bicycle"}, {"kg": 25}, ""),
        ({"vehicle": "ebike"}, {"kg": 50}, ""),
        (
            {"is_trusted": False},
            {"worth_fen": 20_001},
            "Goods worth more than ¥200 need a better credit score.",
        ),
        ({"is_trusted": False}, {"worth_fen": 20_000}, ""),
        ({}, {"customer_id": 1}, "This is your own order."),
        ({}, {"excluded": frozenset({1})}, "You have given this job back."),
        ({"carried": 3}, {}, "You already carry 3 orders. Finish one first."),
    ],
)
def test_each_reason(courier, job, reason):
    assert why_not(replace(ABLE, **courier), replace(LIGHT, **job)) == reason


@pytest.mark.django_db
def test_from_the_database_the_mask_says_what_a_grab_says(
    open_job, campus, other_campus, places, student_lin, simulated_clock
):
    jobs = [
        open_job(),
        open_job(dropoff=places.dorm_women),
        open_job(kind="haul", weight_kg=30, what="Boxes"),
        open_job(goods_value_fen=30_000),
    ]
    women = campus.zones.get(code="women")
    north = campus.zones.get(code="north")
    simulated_clock.advance(minutes=1)
    factories.make_course(campus, kind="haul", grace_days=0)
    make = factories.CourierFactory
    couriers = [
        make(campus=campus),
        make(campus=campus, gender="female"),
        make(campus=campus, vehicle="ebike"),
        make(campus=campus, credit=59),
        make(campus=campus, on_duty=False),
        make(campus=campus, status="suspended"),
        make(campus=campus, user__is_active=False),
        make(campus=other_campus),
        make(campus=campus, gender="female", capacity=0),
    ]
    couriers[1].zones.set([women])
    couriers[2].zones.set([north])
    jobs[0].excluded.add(couriers[0])
    # As the rounds read them.
    legs = list(Leg.objects.select_related("order", "dropoff").order_by("pk"))
    found = admission.admitted(list(Courier.objects.order_by("pk")), legs)
    for i, courier in enumerate(couriers):
        for j, leg in enumerate(legs):
            assert bool(found[i, j]) == may_grab(leg, courier), (courier.pk, leg.order.kind)
    assert found.any(axis=1).tolist() == [True, True, True, True, False, False, False, False, False]


def may_grab(leg, courier) -> bool:
    from django.db import transaction

    try:
        with transaction.atomic():
            services.grab(leg=leg, courier=courier)
            transaction.set_rollback(True)
            return True
    except NotAllowed:
        return False


@pytest.mark.django_db
def test_the_mask_costs_the_same_for_many(open_job, campus):
    def cost():
        couriers = list(Courier.objects.all())
        legs = list(Leg.objects.select_related("order", "dropoff"))
        with CaptureQueriesContext(connection) as seen:
            admission.admitted(couriers, legs)
        return len(seen)

    factories.CourierFactory(campus=campus)
    open_job()
    few = cost()
    for _ in range(10):
        factories.CourierFactory(campus=campus)
        open_job()
    assert cost() == few <= 6


@pytest.mark.django_db
def test_zones_are_chosen_on_ones_own_page(client_of, courier_zhao, campus, other_campus):
    north = campus.zones.get(code="north")
    client = client_of(courier_zhao)
    wish = {"vehicle": "foot", "capacity": 2, "zones": [north.pk]}
    assert client.post("/c/me/", wish).status_code == 302
    assert list(courier_zhao.zones.all()) == [north]
    foreign = other_campus.zones.first()
    assert client.post("/c/me/", wish | {"zones": [foreign.pk]}).status_code == 422
    client.post("/c/me/", wish | {"zones": []})
    assert not courier_zhao.zones.exists()
