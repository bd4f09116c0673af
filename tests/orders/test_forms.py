"""What the forms know without a page: the floor of an address, the windows of a day."""

import pytest
from django.core.exceptions import ValidationError

from campus.models import Place
from orders.doors import floor_of, named_floor
from orders.windows import WindowField, windows


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
        ("2026级3班", 1),
        ("三零六", 3),
        ("四0五", 4),
        ("一二〇四室", 12),
        ("3/F", 3),
        ("L4", 4),
        ("third floor", 3),
        ("A306", 3),
        ("负一楼", 1),
    ],
)
def test_the_floor_is_read_from_the_address(detail, floor):
    assert floor_of(detail) == floor


def test_a_floor_is_never_above_the_building_and_may_be_unknown():
    assert floor_of("2026", Place(floors=6)) == 6
    assert floor_of("602", Place()) == 6  # nobody has said how many it has
    assert named_floor("by the door") is None


@pytest.fixture
def window_field(campus) -> WindowField:
    field = WindowField()
    field.use(campus)
    return field


def test_windows_are_half_hours_of_the_day_up_to_three_days_ahead(simulated_clock, campus):
    days = windows(simulated_clock.time, campus)

    assert [label.split()[0] for label, _slots in days][:2] == ["Today", "Tomorrow"] or len(days) == 4
    slots = [slot for _label, slots in days for slot in slots]
    assert slots[0][1] == "10:30–11:00"
    assert slots[-1][0].startswith("2026-11-27T10:00")
    assert all(label[:5] >= "07:00" and label[-5:] <= "23:00" for _value, label in slots)


def test_a_window_that_was_chosen_and_sent_in_time(simulated_clock, window_field):
    start, end = window_field.clean("2026-11-24T11:00:00+08:00")

    assert (f"{start:%H:%M}", f"{end:%H:%M}") == ("11:00", "11:30")


def test_windows_follow_the_hours_of_the_campus(simulated_clock, campus):
    campus.delivery_hours = "Tue-Thu 22:00-01:00, 08:15-09:40"
    slots = [value[5:16] for _day, found in windows(simulated_clock.time, campus) for value, _label in found]
    assert slots == [
        *[f"11-24T{at}" for at in ("22:00", "22:30", "23:00", "23:30")], "11-25T00:00", "11-25T00:30",
        "11-25T08:15", "11-25T08:45", *[f"11-25T{at}" for at in ("22:00", "22:30", "23:00", "23:30")],
        "11-26T00:00", "11-26T00:30", "11-26T08:15", "11-26T08:45",
        *[f"11-26T{at}" for at in ("22:00", "22:30", "23:00", "23:30")], "11-27T00:00", "11-27T00:30",
    ]  # fmt: skip


@pytest.mark.parametrize("minutes", [31, 45, 61, 24 * 60])
def test_a_window_that_came_too_near_meanwhile_is_called_so_with_the_next_ones(
    simulated_clock, window_field, minutes
):
    field = window_field
    simulated_clock.advance(minutes=minutes)

    with pytest.raises(
        ValidationError, match=r"^\['11:00 is too near by now: .* Next are \d\d:\d\d–\d\d:\d\d, "
    ):
        field.clean("2026-11-24T11:00:00+08:00")


@pytest.mark.parametrize(
    "value", ["soon", "2026-11-24", "2026-11-24T11:00:00", "2036-11-24T11:00:00+08:00", "11:00"]
)
def test_what_was_never_a_window_is_none(simulated_clock, window_field, value):
    with pytest.raises(ValidationError) as refused:
        window_field.clean(value)

    assert refused.value.code == "invalid_choice"
