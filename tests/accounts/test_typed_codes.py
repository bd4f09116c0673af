"""Codes as people type and paste them, on every page that asks for one: none costs a try because of its width."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse

from accounts.models import User
from tests.accounts.test_reauthentication import BY_CODE
from tests.accounts.test_second_factor import ACTIVATE, code_now
from tests.factories import PASSWORD

ASK, CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"
VERIFY, CHANGE, FACTOR = "/accounts/phone/verify/", "/accounts/phone/change/", "/accounts/2fa/authenticate/"
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")

SHAPES = {
    "full width": lambda code: code.translate(WIDE),
    "half of it full width": lambda code: code[:3] + code[3:].translate(WIDE),
    "in two groups": lambda code: f"{code[:3]} {code[3:]}",
    "in two full-width groups": lambda code: f"{code[:3]}\u3000{code[3:]}".translate(WIDE),
    "one by one": " ".join,
    "with an end of line": lambda code: f" {code}\r\n",
    "with direction marks": lambda code: f"\u202d{code}\u202c",
    "with a space that does not break": lambda code: f"{code[:3]}\u00a0{code[3:]}",
    "with a mark before": lambda code: f"\ufeff{code}",
}
shapes = pytest.mark.parametrize("shape", SHAPES)


def logged_in(client) -> bool:
    return "_auth_user_id" in client.session


@shapes
def test_of_the_login(client, student_lin, sms, shape):
    client.post(ASK, {"phone": student_lin.phone})
    assert client.post(CONFIRM, {"code": SHAPES[shape](sms.code)}).url == "/"
    assert logged_in(client)


@shapes
def test_of_signing_up(client, campus, sms, shape):
    sent = {"phone": "13712340000", "name": "小周", "campus": campus.pk, "gender": "", "agree": "on"}
    client.post("/accounts/signup/", sent)
    client.post(VERIFY, {"code": SHAPES[shape](sms.code)})
    assert User.objects.get(phone="13712340000").phone_verified


@shapes
def test_of_a_new_number(client_of, student_lin, sms, shape):
    client = client_of(student_lin)
    client.post(CHANGE, {"phone": "13755556666"})
    client.post(VERIFY, {"code": SHAPES[shape](sms.code)})
    student_lin.refresh_from_db()
    assert student_lin.phone == "13755556666"


@shapes
def test_of_proving_who_one_is(client_of, student_lin, sms, simulated_clock, shape):
    student_lin.set_unusable_password()
    student_lin.save()
    client = client_of(student_lin)
    simulated_clock.advance(minutes=60)
    client.post(f"{BY_CODE}?next={CHANGE}", {"action": "send"})
    sent = {"action": "verify", "code": SHAPES[shape](sms.code), "next": CHANGE}
    assert client.post(BY_CODE, sent).url == CHANGE


@shapes
def test_of_an_authenticator(client, operator_wang, settings, shape):
    settings.STAFF_SECOND_FACTOR = True
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(operator_wang, secret)
    client.post("/accounts/login/", {"login": operator_wang.phone, "password": PASSWORD})
    assert client.post(FACTOR, {"code": SHAPES[shape](code_now(secret))}).url == "/admin/"


@shapes
def test_of_setting_an_authenticator_up(client_of, operator_wang, settings, shape):
    settings.STAFF_SECOND_FACTOR = True
    client = client_of(operator_wang)
    secret = client.get(ACTIVATE).context["form"].secret
    assert (
        client.post(ACTIVATE, {"code": SHAPES[shape](code_now(secret))}).url
        == "/accounts/2fa/recovery-codes/"
    )


@shapes
def test_of_recovery(client, operator_wang, settings, shape):
    settings.STAFF_SECOND_FACTOR = True
    totp.TOTP.activate(operator_wang, totp.generate_totp_secret())
    code = RecoveryCodes.activate(operator_wang).get_unused_codes()[0]
    client.post("/accounts/login/", {"login": operator_wang.phone, "password": PASSWORD})
    assert client.post(FACTOR, {"code": SHAPES[shape](code)}).status_code == 302


def test_a_code_in_full_width_costs_no_try(client, student_lin, sms):
    client.post(ASK, {"phone": student_lin.phone})
    for _ in range(2):  # the third wrong one would end it
        client.post(CONFIRM, {"code": sms.wrong_code.translate(WIDE)})
    client.post(CONFIRM, {"code": sms.code.translate(WIDE)})
    assert logged_in(client)


@pytest.mark.parametrize("typed", ["", "    ", "\u202d\u202c", "１２３", "一二三四五六", "²²²²²²"])
def test_what_is_no_code_is_refused(client, student_lin, sms, typed):
    client.post(ASK, {"phone": student_lin.phone})
    assert client.post(CONFIRM, {"code": typed}).status_code == 200
    assert not logged_in(client)


@pytest.mark.parametrize(
    "shape", ["full width", "half of it full width", "one by one", "with direction marks"]
)
def test_a_courier_types_the_receiving_code(
    client_of, student_lin, courier_zhao, campus, places, wallet_money, shape
):
    from delivery import services as delivery
    from dispatch import services as dispatch
    from orders import services as orders
    from orders.requests import ErrandRequest

    wallet_money(student_lin, 5000)
    wish = {"pickup": places.parcel_station, "dropoff": places.dorm_north, "dropoff_detail": "302"}
    request = ErrandRequest(campus=campus, kind="parcel", **wish)
    order = orders.place_order(actor=student_lin, request=request, gateway="wallet")
    leg = dispatch.grab(leg=order.legs.get(), courier=courier_zhao)
    for step in (delivery.arrive_at_pickup, delivery.pick_up, delivery.arrive_at_dropoff):
        leg = step(leg=leg, actor=courier_zhao.user)
    client = client_of(courier_zhao)
    client.post(reverse("delivery:deliver", args=[leg.no]), {"code": SHAPES[shape](order.receiving_code)})
    leg.refresh_from_db()
    assert leg.status == "done"
