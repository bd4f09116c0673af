"""Pickup codes as people paste them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orders.pickup_codes import count_codes, pickup_codes


@pytest.mark.parametrize(
    ("pasted", "codes"),
    [
        ("12-3-4567", "12-3-4567"),
        (" 12-3-4567，5-2-1188 ", "12-3-4567 5-2-1188"),
        ("A 5521", "A 5521"),
        ("【菜鸟驿站】您的包裹已到站，凭12-3-4567到南门店取件，客服电话0571-88001122。", "12-3-4567"),
        ("【丰巢】取件码：88372619，请于2026-11-30 22:00前到5号柜取件，电话13800000001", "88372619"),
        ("您有2个包裹，取件码A-12-3345、B-3-2211，营业时间9:00-21:00", "A-12-3345 B-3-2211"),
        ("凭１２－３－４５６７取件", "12-3-4567"),
        ("取件码 5-2-1188，5-2-1188 请今天取", "5-2-1188"),
        ("在老地方", "在老地方"),
    ],
)
def test_the_codes_are_taken_out_of_the_sentences(pasted, codes):
    assert pickup_codes(pasted) == codes


@pytest.mark.parametrize(
    ("pasted", "count"),
    [
        ("A 5521", 1),
        ("6-6-6666", 1),
        ("A 5521 B 5522", 2),
        ("12-3-4567，5-2-1188", 2),
        ("您有2个包裹，取件码A-12-3345、B-3-2211，营业时间9:00-21:00", 2),
        ("在老地方", 1),
        ("", 1),
        ("1-1-1111 1-1-1112 1-1-1113 1-1-1114 1-1-1115 1-1-1116", 6),
    ],
)
def test_each_code_is_a_parcel(pasted, count):
    assert count_codes(pickup_codes(pasted)) == count


@given(st.text(max_size=300))
@example("，")
def test_any_text_gives_something_and_twice_is_once(text):
    once = pickup_codes(text)
    assert pickup_codes(once) == once or not once.isascii()


@pytest.mark.django_db
def test_an_sms_in_the_form(client_of, student_lin, campus, places, wallet_money, simulated_clock):
    from orders.models import Order

    wallet_money(student_lin, 5000)
    sms = "【菜鸟驿站】您的包裹已到站，凭12-3-4567到南门店取件，如有疑问请致电客服，祝您生活愉快。" * 2
    data = {"pickup": places.parcel_station.pk, "pickup_codes": sms, "size": "S", "weight_kg": 1, "window": "asap",
            "dropoff": places.dorm_north.pk, "dropoff_detail": "302", "gender_wanted": "any", "gateway": "wallet",
            "key": "ABCDEFGHJK"}  # fmt: skip
    answer = client_of(student_lin).post("/new/parcel/", data)
    assert answer.status_code == 302
    assert Order.objects.get().pickup_codes == "12-3-4567"
