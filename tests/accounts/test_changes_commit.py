"""Changes to how one gets in are told of where nothing else holds a transaction, as in allauth's own views."""

import time

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse

from core.models import OutboxEvent
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_operator_sets_up_a_second_factor(supervisor_sun, settings):
    settings.STAFF_SECOND_FACTOR = True
    client = Client()
    client.post(reverse("account_login"), {"login": supervisor_sun.phone, "password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    secret = client.session[totp.SECRET_SESSION_KEY]
    code = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
    answer = client.post(reverse("mfa_activate_totp"), {"code": code})
    assert answer.status_code == 302
    assert client.get(reverse("admin:index")).status_code == 200
    assert OutboxEvent.objects.filter(name="accounts.access_changed").exists()
