"""What the forms know without a page: the floor of an address, the windows of a day."""

import pytest

from orders.kinds.form import floor_of
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
    ],
)
def test_the_floor_is_read_from_the_address(detail, floor):
    assert floor_of(detail) == floor


def test_windows_are_half_hours_of_the_day_up_to_three_days_ahead(turned_clock):
    days = windows(turned_clock.time)

    assert [label.split()[0] for label, _slots in days][:2] == ["Today", "Tomorrow"] or len(days) == 4
    slots = [slot for _label, slots in days for slot in slots]
    assert slots[0][1] == "10:30–11:00"
    assert slots[-1][0].startswith("2026-11-27T10:00")
    assert all(label[:5] >= "07:00" and label[-5:] <= "23:00" for _value, label in slots)
