"""The clock can be simulated and comes back; ids are short, readable and never the same."""

from datetime import UTC, datetime, timedelta

import pytest

from core import clock
from core.ids import ALPHABET, new_code, new_no

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_turned_clock_stands_still_until_it_is_moved():
    with clock.simulated(NOON) as simulated:
        assert clock.now() == clock.now() == NOON
        simulated.advance(minutes=5)
        assert clock.now() == NOON + timedelta(minutes=5)
        simulated.move_to(NOON - timedelta(hours=1))  # as real clocks sometimes do
        assert clock.now() == NOON - timedelta(hours=1)
    assert clock.now() > NOON - timedelta(days=3650)


def test_clocks_nest_and_come_back_after_an_error():
    with clock.simulated(NOON):
        with pytest.raises(ZeroDivisionError), clock.simulated(NOON + timedelta(days=1)):
            assert clock.now() == NOON + timedelta(days=1) / 0
        assert clock.now() == NOON
    assert clock.now().tzinfo is not None


def test_ids_are_short_readable_and_differ():
    ids = {new_no("E") for _ in range(2000)}
    assert len(ids) == 2000
    assert all(one[0] == "E" and len(one) == 11 and set(one[1:]) <= set(ALPHABET) for one in ids)
    assert not set("ILOU") & set(ALPHABET)


def test_codes_keep_their_leading_zeros():
    codes = [new_code() for _ in range(2000)]
    assert all(len(code) == 4 and code.isdigit() for code in codes)
    assert any(code.startswith("0") for code in codes)
