"""What an errand costs: one pure function, so no database here."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from orders.models import PriceRule
from orders.pricing import Facts, cancel_quote, compute, line_label, surge_fen

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
RULE = PriceRule(kind="parcel")


def facts(**known) -> Facts:
    return Facts(
        **{"now": NOON, "at": NOON, "local_hour": 12, "distance_m": 400, "travel_seconds": 120} | known
    )


def lines(quote) -> dict[str, int]:
    return {line.code: line.fen for line in quote.lines}


def test_a_short_light_errand_costs_the_lowest_fee():
    quote = compute(RULE, facts())
    assert lines(quote) == {"base": 300, "floor": 200}
    assert quote.fee_fen == quote.total_fen == 500


def test_each_difficulty_has_its_line():
    quote = compute(
        RULE,
        facts(
            distance_m=1_040, weight_kg=5, size="M", floor=4, has_lift=False, local_hour=23, weather="rain"
        ),
    )
    assert lines(quote) == {
        "base": 300,
        "distance": 6 * 30,  # 540 m beyond the 500 included: six begun hundreds
        "weight": 2 * 50,
        "size": 100,
        "floors": 3 * 50,
        "night": 200,
        "rain": 100,
    }
    assert quote.fee_fen == 1130


def test_a_lift_carries_for_nothing():
    assert "floors" not in lines(compute(RULE, facts(floor=6, has_lift=True)))


def test_a_hard_errand_is_capped_and_says_so():
    quote = compute(RULE, facts(size="L", weight_kg=40))
    assert quote.fee_fen == 2000
    assert lines(quote)["ceiling"] == 2000 - (300 + 300 + 37 * 50)


def test_goods_and_tip_are_not_clamped():
    quote = compute(RULE, facts(goods_fen=30_000, tip_fen=500))
    assert quote.total_fen == 500 + 30_000 + 500


def test_nobody_pays_for_the_weather_of_the_day_after_tomorrow():
    later = facts(weather="storm", open_jobs=30, couriers=2, window_end=NOON + timedelta(days=2))
    assert set(lines(compute(RULE, later))) == {"base", "floor"}


def test_a_scheduled_errand_is_promised_for_the_end_of_its_window():
    end = NOON + timedelta(hours=5)
    assert compute(RULE, facts(window_end=end)).promised_at == end


def test_an_errand_as_soon_as_possible_is_promised_after_the_way_and_the_waiting():
    quote = compute(RULE, facts(travel_seconds=300, minutes=30))
    assert quote.promised_at == NOON + timedelta(minutes=25 + 30 + 5)


def test_demand_surcharge_rises_in_steps_and_stops():
    assert [surge_fen(RULE, jobs, 4) for jobs in (0, 4, 5, 8, 9, 100)] == [0, 0, 50, 50, 100, 300]
    assert surge_fen(RULE, 1, 0) == 0


@given(
    distance_m=st.integers(0, 20_000),
    weight_kg=st.integers(0, 60),
    size=st.sampled_from("SML"),
    floor=st.integers(1, 40),
    has_lift=st.booleans(),
    pieces=st.integers(1, 30),
    minutes=st.integers(0, 600),
    offer_fen=st.integers(0, 9_000),
    goods_fen=st.integers(0, 100_000),
    tip_fen=st.integers(0, 10_000),
    open_jobs=st.integers(0, 500),
    couriers=st.integers(0, 100),
    local_hour=st.integers(0, 23),
    weather=st.sampled_from(["clear", "rain", "storm"]),
)
def test_lines_always_add_up_and_the_fee_stays_within_its_bounds(**known):
    quote = compute(RULE, facts(**known))
    assert sum(line.fen for line in quote.lines) == quote.total_fen
    assert RULE.floor_fen <= quote.fee_fen <= RULE.ceiling_fen
    assert 0 <= quote.courier_fen <= quote.fee_fen
    assert all(line.label and "%(" not in line.label for line in quote.lines)


def test_a_label_of_a_code_from_a_later_version_is_the_code():
    assert line_label("moonlight", {}) == "moonlight"


def cancelled(status: str, minutes_after_accepting: float | None = None, rule=RULE):
    accepted = None if minutes_after_accepting is None else NOON - timedelta(minutes=minutes_after_accepting)
    return cancel_quote(
        rule=rule, status=status, total_fen=3500, fee_fen=1000, accepted_at=accepted, now=NOON
    )


def test_cancelling_costs_nothing_until_a_courier_has_set_out():
    assert cancelled("pending_payment").refund_fen == 0
    assert cancelled("placed").refund_fen == 3500
    assert cancelled("accepted", 1).refund_fen == 3500


def test_cancelling_later_costs_a_share_of_the_fee_never_of_the_goods():
    quote = cancelled("accepted", 1.1)
    assert (quote.fee_fen, quote.refund_fen) == (300, 3200)


@given(
    status=st.sampled_from(["pending_payment", "placed", "accepted"]),
    minutes=st.floats(0, 600),
    percent=st.integers(0, 100),
)
def test_a_cancellation_never_creates_or_loses_money(status, minutes, percent):
    quote = cancelled(status, minutes if status == "accepted" else None, PriceRule(cancel_percent=percent))
    assert quote.refund_fen + quote.fee_fen == quote.paid_fen
    assert 0 <= quote.fee_fen <= 1000
    assert quote.explanation
