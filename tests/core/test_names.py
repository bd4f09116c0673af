"""What names may be made of: what is seen is all there is."""

import pytest

from accounts.models import Address, User
from core.names import clean_name
from orders.kinds.form import ErrandForm


@pytest.mark.parametrize(
    "given, shown",
    [
        ("林晓", "林晓"),
        ("  Lin   Xiao ", "Lin Xiao"),
        ("Ｌｉｎ", "Lin"),  # full width
        ("abc\u202edcba", "abcdcba"),  # right-to-left override
        ("林\u2066晓\u2069", "林晓"),
        ("\u200b林\ufeff晓\u00ad", "林晓"),
        ("林\n晓\x07", "林 晓"),
        ("👩\u200d🚀", "👩\u200d🚀"),  # an emoji of two keeps what joins it
        ("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"),
        ("👩🏽\u200d🚀", "👩🏽\u200d🚀"),
        ("林\u200d晓", "林晓"),
        ("\u200b\u200b", ""),
        ("\u3164\uffa0\u2800\u115f", ""),  # fillers that count as letters
        ("\u0301\u0301", ""),  # accents on nothing
        ("   ", ""),
        ("梅园（研究生）…", "梅园（研究生）…"),  # Chinese punctuation is no disguise
    ],
)
def test_a_name_is_stored_as_it_is_seen(given, shown):
    assert clean_name(given) == shown


def test_whoever_writes_it_the_row_is_clean(student_lin, places):
    User.objects.filter(pk=student_lin.pk).update(name="林\u202e晓")
    assert User.objects.get(pk=student_lin.pk).name == "林晓"
    address = Address.objects.create(user=student_lin, place=places.gate, detail="3楼\u200b 302")
    assert address.detail == "3楼 302"


def test_lin_cannot_be_called_nothing(client_of, student_lin, campus):
    page = client_of(student_lin).post(
        "/me/profile/", {"name": "\u200b\u3164", "campus": campus.pk, "gender": "male"}
    )
    assert "Enter something that can be seen." in page.content.decode()
    student_lin.refresh_from_db()
    assert student_lin.name == "林晓"


def test_nor_turn_the_text_around_the_name(client_of, student_lin, campus):
    client_of(student_lin).post("/me/profile/", {"name": "\u202e林晓", "campus": campus.pk, "gender": "male"})
    student_lin.refresh_from_db()
    assert student_lin.name == "林晓"


@pytest.mark.parametrize("field", ["dropoff_detail", "contact_name"])
def test_the_same_for_who_receives_an_order_and_where(field, campus):
    form = ErrandForm({field: "\u200b"}, campus=campus)
    assert form.errors[field] == ["Enter something that can be seen."]
