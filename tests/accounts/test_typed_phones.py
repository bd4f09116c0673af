"""Numbers as people type and paste them, on every page that asks for one."""

import pytest
from django.urls import reverse

from accounts.models import User
from tests import factories
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
LIN = "13800000001"
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
SHAPES = {
    "as it is": LIN,
    "with the country's code": "+86 138 0000 0001",
    "as an iPhone copies it": f"\u202d{LIN}\u202c",
    "all full width": LIN.translate(WIDE),
    "partly full width": "138" + "00000001".translate(WIDE),
    "in groups": "138 0000 0001",
    "with the code and no spaces": f"+86{LIN}",
    "with 0086": f"0086-{LIN}",
    "with 86": f"86{LIN}",
    "from a contact": "tel:+86-138-0000-0001",
    "in brackets": "(+86) 138-0000-0001",
    "full width with marks": f"\u202d＋８６\u3000{LIN.translate(WIDE)}\u202c",
    "with ends of line": f"\n{LIN}\r\n",
}
ABROAD = {
    "+852 9123 4567": "+85291234567",
    "00852-91234567": "+85291234567",
    "+853 6612 3456": "+85366123456",
    "＋８５３ ６６１２ ３４５６": "+85366123456",
    "+886 912 345 678": "+886912345678",
    "\u202d+886-0912-345-678\u202c": "+886912345678",
}
EVERY = [(typed, LIN) for typed in SHAPES.values()] + list(ABROAD.items())
every = pytest.mark.parametrize("typed, stored", EVERY, ids=[*SHAPES, *ABROAD])


@pytest.fixture
def lin(student_lin):
    """lin(phone): Lin, with that number."""

    def has(phone: str) -> User:
        student_lin.phone = phone
        student_lin.set_password(PASSWORD)
        student_lin.save()
        return student_lin

    return has


def is_in(client, user) -> bool:
    return client.session.get("_auth_user_id") == str(user.pk)


@every
def test_of_a_login_by_password(client, lin, typed, stored):
    user = lin(stored)
    client.post("/accounts/login/", {"login": typed, "password": PASSWORD})
    assert is_in(client, user)


@every
def test_of_a_login_by_code(client, lin, sms, typed, stored):
    user = lin(stored)
    client.post("/accounts/login/code/", {"phone": typed})
    client.post("/accounts/login/code/confirm/", {"code": sms.code})
    assert is_in(client, user)


@every
def test_of_signing_up(client, campus, sms, typed, stored):
    sent = {"phone": typed, "name": "小周", "campus": campus.pk, "gender": "", "agree": "on"}
    client.post("/accounts/signup/", sent)
    assert [phone for phone, _text in sms] == [stored]
    assert User.objects.get().phone == stored


@every
def test_of_signing_up_once_more(client, lin, campus, sms, typed, stored):
    """Two spellings are one account."""
    lin(stored)
    sent = {"phone": typed, "name": "小周", "campus": campus.pk, "gender": "", "agree": "on"}
    client.post("/accounts/signup/", sent)
    assert User.objects.count() == 1


@every
def test_of_a_new_number(client_of, student_lin, sms, typed, stored):
    client = client_of(student_lin)
    client.post("/accounts/phone/change/", {"phone": typed})
    client.post("/accounts/phone/verify/", {"code": sms.code})
    student_lin.refresh_from_db()
    assert student_lin.phone == stored


@every
def test_of_an_address(client_of, student_lin, places, typed, stored):
    sent = {"place": places.dorm_north.pk, "detail": "3楼 302", "contact_name": "陈", "contact_phone": typed}
    client_of(student_lin).post("/me/addresses/new/", sent)
    assert student_lin.addresses.get().contact_phone == stored


@every
def test_of_a_search_in_the_admin(client_of, supervisor_sun, lin, typed, stored):
    user = lin(stored)
    page = client_of(supervisor_sun).get(reverse("admin:accounts_user_changelist"), {"q": typed})
    assert user.display_name in page.text


@every
def test_of_a_colleague(client_of, campus, lin, typed, stored):
    user = lin(stored)
    root = factories.UserFactory(is_staff=True, is_superuser=True)
    sent = {"phone": typed, "campus": campus.pk, "role": "support"}
    client_of(root).post(reverse("admin:accounts_staffrole_add"), sent)
    assert user.staff_roles.get().role == "support"
