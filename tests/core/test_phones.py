"""One number is stored in one way, however it is typed or pasted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.phones import e164, is_phone, mask_phone, parse_phone
from core.redaction import mask_numbers

LIN = "13800000001"
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize(
    "typed",
    [
        LIN,
        "+86 138 0000 0001",
        "+8613800000001",
        "0086-138-0000-0001",
        "86 13800000001",
        "138 0000 0001",
        "138-0000-0001",
        "138.0000.0001",
        "(138) 0000 0001",
        "013800000001",
        " 13800000001\n",
        "tel:+86-138-0000-0001",
        "\u202d13800000001\u202c",  # as iPhones copy it
        "\ufeff13800000001",
        "138\u00a00000\u20090001",
        "138‐0000‑0001",
        LIN.translate(WIDE),
        "138" + "00000001".translate(WIDE),
        "＋８６ " + LIN.translate(WIDE),
    ],
)
def test_a_number_of_the_mainland(typed):
    assert parse_phone(typed) == LIN


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("+852 9123 4567", "+85291234567"),
        ("00852 91234567", "+85291234567"),
        ("852-6123-4567", "+85261234567"),
        ("＋８５２ ９１２３ ４５６７", "+85291234567"),
        ("+853 6612 3456", "+85366123456"),
        ("+886 912 345 678", "+886912345678"),
        ("+886 0912 345 678", "+886912345678"),
    ],
)
def test_a_number_of_hong_kong_macau_or_taiwan(typed, stored):
    assert parse_phone(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1380000000",
        "138000000011",
        "12800000001",
        "9123 4567",  # whose country?
        "+852 2123 4567",  # a landline takes no SMS
        "+853 2812 3456",
        "+886 2 2345 6789",
        "+852 0123 4567",
        "+1 202 555 0123",
        "010-62345678",
        "13800000001 13900000001",
        "138a0000001",
        "١٣٨٠٠٠٠٠٠٠١",  # digits of another script
        "\0",
        "+",
        "9" * 500,
    ],
)
def test_no_mobile_number_of_these(typed):
    assert parse_phone(typed) is None
    assert not is_phone(typed)


@given(st.text())
def test_whatever_is_typed_is_a_number_or_none(text):
    phone = parse_phone(text)

    assert phone is None or parse_phone(phone) == phone


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.lists(st.sampled_from(" -.\u202d\u202c"), max_size=6)
)
def test_marks_between_the_digits_do_not_matter(phone, marks):
    assert parse_phone("".join(marks) + "".join(marks[:2]).join([phone[:3], phone[3:7], phone[7:]])) == phone


def test_with_its_country_code():
    assert (e164(LIN), e164("+85291234567")) == ("+8613800000001", "+85291234567")


def test_a_log_has_none_of_them_whole():
    assert "91234567" not in mask_numbers("to +85291234567: sent")
    assert mask_phone("+85291234567") == "+85****4567"
