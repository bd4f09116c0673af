"""What the forms know without a page: the floor of an address, the windows of a day."""

import pytest

from campus.models import Place
from orders.doors import floor_of, named_floor
from orders.windows import windows


@pytest.mark.parametrize(
    "detail, floor",
    [
        ("3楼 302", 3),
        ("12层", 12),
        ("1204", 12),
        ("602 室", 6),
        ("5F", 5),
        ("by the door", 1),
        ("", 1),
        ("99楼", 40),
        ("六楼", 6),
        ("六楼 12号床", 6),
        ("二楼 2026级", 2),
        ("第三层", 3),
        ("十二楼", 12),
        ("二十一层", 21),
        ("F3", 3),
        ("2nd floor", 2),
        ("３楼３０２", 3),
        ("二号楼 502", 5),
        ("2026级", 1),
    ],
)
def test_the_floor_is_read_from_the_address(detail, floor):
    assert floor_of(detail) == floor


def test_a_floor_is_never_above_the_building_and_may_be_unknown():
    assert floor_of("2026", Place(floors=6)) == 6
    assert floor_of("602", Place()) == 6  # nobody has said how many it has
    assert named_floor("by the door") is None


def test_windows_are_half_hours_of_the_day_up_to_three_days_ahead(turned_clock):
    days = windows(turned_clock.time)

    assert [label.split()[0] for label, _slots in days][:2] == ["Today", "Tomorrow"] or len(days) == 4
    slots = [slot for _label, slots in days for slot in slots]
    assert slots[0][1] == "10:30–11:00"
    assert slots[-1][0].startswith("2026-11-27T10:00")
    assert all(label[:5] >= "07:00" and label[-5:] <= "23:00" for _value, label in slots)
