"""What two couriers share of a leg's pay: whatever the way, it adds up, and nobody is paid twice."""

from hypothesis import given
from hypothesis import strategies as st

from delivery.services.rescue_pay import divide, percent_gone

fen = st.integers(0, 100_000)
percent = st.integers(0, 100)
metres = st.integers(0, 20_000)


@given(fen, percent, percent)
def test_the_two_parts_make_the_whole_pay(pay, gone, fetching):
    split = divide(pay, gone, for_fetching=fetching)
    assert split.giver_fen + split.taker_fen == pay
    assert 0 <= split.giver_fen <= pay


@given(fen, percent, percent)
def test_the_second_is_paid_as_for_the_whole_leg(pay, gone, fetching):
    split = divide(pay, gone, for_fetching=fetching)
    assert split.taker_fen + split.extra_fen == pay


@given(fen, percent, percent, fen)
def test_what_an_operator_adds_changes_neither_part(pay, gone, fetching, extra):
    own = divide(pay, gone, for_fetching=fetching, extra_fen=extra)
    assert own.extra_fen == extra
    assert own.giver_fen == divide(pay, gone, for_fetching=fetching).giver_fen


@given(fen, percent, percent, percent)
def test_who_has_come_further_gets_no_less(pay, one, other, fetching):
    near, far = sorted((one, other))
    assert (
        divide(pay, near, for_fetching=fetching).giver_fen
        <= divide(pay, far, for_fetching=fetching).giver_fen
    )


@given(fen, percent)
def test_whoever_fetched_it_has_earned_that(pay, fetching):
    assert (
        divide(pay, 0, for_fetching=fetching).giver_fen == round(pay * fetching / 100 + 1e-9)
        or pay * fetching % 100 == 50
    )
    assert divide(pay, 100, for_fetching=fetching).giver_fen == pay


@given(metres, metres)
def test_the_way_gone_is_a_share_also_for_who_went_astray(whole, left):
    assert 0 <= percent_gone(whole, left) <= 100


def test_where_nobody_knows_the_way_it_is_half_of_it():
    assert percent_gone(0, 10) == 50


@given(fen, st.lists(percent, min_size=1, max_size=6), percent)
def test_a_chain_of_rescues_shares_one_pay(pay, ways, fetching):
    """Each takes over what is left, and the platform makes up for what was earned before."""
    left, booked, added = pay, 0, 0
    for gone in ways:
        split = divide(left, gone, for_fetching=fetching)
        booked, added, left = booked + split.giver_fen, added + split.extra_fen, split.taker_fen
    assert booked + left == pay
    assert added <= booked
