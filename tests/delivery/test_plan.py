"""The order of a courier's stops: the nearest possible next, and what one more job adds."""

from itertools import combinations_with_replacement, pairwise
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from delivery.models import LegStatus
from delivery.plan import extra_metres, in_order

spots = st.integers(0, 40)


class Spot(SimpleNamespace):
    """A place on a line, so that distances can be seen."""

    def __hash__(self):
        return hash(self.at)


def metres(a, b) -> int:
    return abs(a.at - b.at)


def leg(pk, take, give, status=LegStatus.ASSIGNED, due_at=None):
    return SimpleNamespace(
        pk=pk,
        pickup=None if take is None else Spot(at=take),
        dropoff=Spot(at=give),
        status=status,
        due_at=due_at,
    )


def said(stops):
    return [("take" if stop.is_pickup else "give", stop.leg.pk) for stop in stops]


legs = st.lists(
    st.tuples(spots, spots, st.sampled_from([LegStatus.ASSIGNED, LegStatus.PICKED_UP])), max_size=5
).map(lambda rows: [leg(pk, take, give, status) for pk, (take, give, status) in enumerate(rows)])


@given(start=spots, carried=legs)
def test_every_stop_once_and_goods_are_fetched_before_they_are_brought(start, carried):
    stops = said(in_order(Spot(at=start), carried, metres))
    wanted = [("give", one.pk) for one in carried]
    wanted += [("take", one.pk) for one in carried if one.status == LegStatus.ASSIGNED]
    assert sorted(stops) == sorted(wanted)
    for one in carried:
        if one.status == LegStatus.ASSIGNED:
            assert stops.index(("take", one.pk)) < stops.index(("give", one.pk))


def test_the_nearest_possible_stop_is_next():
    far, near = leg(1, 30, 31), leg(2, 5, 40)
    assert said(in_order(Spot(at=0), [far, near], metres)) == [
        ("take", 2),
        ("take", 1),
        ("give", 1),
        ("give", 2),
    ]


def test_where_the_courier_stands_comes_first():
    here, near = leg(1, 30, 31, LegStatus.AT_PICKUP), leg(2, 5, 40)
    assert said(in_order(Spot(at=0), [near, here], metres))[0] == ("take", 1)


def test_without_a_position_the_earliest_deadline_decides(simulated_clock):
    later, sooner = (
        leg(1, 0, 3, due_at=simulated_clock()),
        leg(2, 30, 31, due_at=simulated_clock.advance(minutes=-5)),
    )
    assert said(in_order(None, [later, sooner], metres))[0] == ("take", 2)


def test_a_job_without_a_pickup_place_has_one_stop():
    assert said(in_order(Spot(at=0), [leg(1, None, 7)], metres)) == [("give", 1)]


def _all_ways(start, way, one):
    """What `extra_metres` should find, by trying every place for both stops."""

    def length(points):
        return sum(metres(a, b) for a, b in pairwise(points))

    points = [start, *way] if start else list(way)
    first = 1 if start else 0
    options = []
    for i, j in combinations_with_replacement(range(first, len(points) + 1), 2):
        options.append(length([*points[:i], one.pickup, *points[i:j], one.dropoff, *points[j:]]))
    return max(min(options) - length(points), 0)


@given(start=st.none() | spots, way=st.lists(spots, max_size=4), take=spots, give=spots)
def test_a_new_job_is_put_in_where_it_costs_least(start, way, take, give):
    start = None if start is None else Spot(at=start)
    places = [Spot(at=at) for at in way]
    one = leg(1, take, give)
    assert extra_metres(start, places, one, metres) == _all_ways(start, places, one)


def test_a_job_on_the_same_way_adds_nothing():
    assert extra_metres(Spot(at=0), [Spot(at=10), Spot(at=30)], leg(1, 10, 30), metres) == 0
