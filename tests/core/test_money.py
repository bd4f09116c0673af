"""Money is integer fen: what is shown can be read back, shares add up, nothing is rounded away."""

from decimal import Decimal

import pytest
from django.forms import Form
from hypothesis import given
from hypothesis import strategies as st

from core.money import MAX_FEN, YuanField, parse_yuan, percent_of, share_out, yuan

FEN = st.integers(-MAX_FEN, MAX_FEN)


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "¥0"), (5, "¥0.05"), (600, "¥6"), (650, "¥6.5"), (-125, "-¥1.25"), (123_456_00, "¥123,456")],
)
def test_how_money_is_shown(fen, text):
    assert yuan(fen) == text


def test_signs_and_nothing():
    assert (yuan(600, sign=True), yuan(-600, sign=True), yuan(0, sign=True)) == ("+¥6", "-¥6", "¥0")
    assert yuan(None) == "—"


@given(FEN)
def test_what_is_shown_can_be_typed_in_again(fen):
    assert parse_yuan(yuan(abs(fen))) == abs(fen)


@pytest.mark.parametrize(
    ("text", "fen"),
    [("6", 600), (" ¥1,200.5 ", 120050), ("６．５", 650), (".5", 50), ("5.", 500), ("￥8", 800)],
)
def test_what_people_type(text, fen):
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "six",
        "1.234",
        "nan",
        "inf",
        "1e99",
        "1e3",
        "12,5",
        "1,20",
        ",5",
        "1_000",
        ".",
        "1.2.3",
        "--5",
        "10000000.01",
        "9" * 1_100_000,
    ],
)
def test_what_is_no_amount(text):
    with pytest.raises(ValueError, match=r".*"):
        parse_yuan(text)


@given(st.text())
def test_any_text_is_an_amount_or_refused(text):
    try:
        fen = parse_yuan(text)
    except ValueError:
        return
    assert isinstance(fen, int)
    assert abs(fen) <= MAX_FEN


@given(st.integers(-MAX_FEN, MAX_FEN), st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_shares_add_up_and_are_fair_to_a_fen(total, weights):
    if not sum(weights):
        with pytest.raises(ValueError, match="share"):
            share_out(total, weights)
        return
    parts = share_out(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Decimal(total) * weight / sum(weights)) < 1
        assert weight or not part


@given(FEN, st.integers(0, 100))
def test_percentages_are_rounded_to_the_nearest_fen(fen, percent):
    assert abs(percent_of(fen, percent) - Decimal(fen) * percent / 100) <= Decimal("0.5")


def test_half_a_fen_is_rounded_up():
    assert (percent_of(1, 50), percent_of(3, 50), percent_of(1000, Decimal("12.5"))) == (1, 2, 125)


class Tip(Form):
    amount = YuanField(min_fen=100, max_fen=5000, required=False)


@pytest.mark.parametrize(("typed", "fen"), [("1", 100), ("50", 5000), ("", None)])
def test_a_form_reads_fen(typed, fen):
    form = Tip({"amount": typed})
    assert form.is_valid()
    assert form.cleaned_data["amount"] == fen


@pytest.mark.parametrize(("typed", "code"), [("0.99", "min"), ("50.01", "max"), ("lots", "invalid")])
def test_a_form_refuses_with_a_sentence(typed, code):
    form = Tip({"amount": typed})
    assert not form.is_valid()
    assert form.errors.as_data()["amount"][0].code == code


def test_a_form_shows_what_it_was_given():
    assert 'value="12.5"' in str(Tip(initial={"amount": 1250})["amount"])
