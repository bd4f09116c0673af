"""Settings that must not meet in production, and pages that must not be reachable."""

import pytest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from accounts.checks import people_settings


def ids():
    return {problem.id for problem in people_settings(None)}


def test_a_sound_production_passes(settings):
    settings.PRODUCTION, settings.STAFF_SECOND_FACTOR, settings.DEMO = True, True, False
    assert ids() == set()


@pytest.mark.parametrize(
    "name,value,expected",
    [
        ("DEMO", True, "accounts.E002"),
        ("STAFF_SECOND_FACTOR", False, "accounts.E003"),
        ("DEBUG", True, "accounts.E004"),
        ("SMS_PROVIDER", "pigeon", "accounts.E001"),
    ],
)
def test_a_dangerous_one_does_not(settings, name, value, expected):
    settings.PRODUCTION, settings.STAFF_SECOND_FACTOR, settings.DEMO = True, True, False
    setattr(settings, name, value)
    assert ids() == {expected}


def test_a_demo_may_do_without(settings):
    settings.DEMO, settings.STAFF_SECOND_FACTOR = True, False
    assert ids() == set()


@pytest.mark.parametrize(
    "name", ["account_email", "account_email_verification_sent", "mfa_list_webauthn", "account_confirm_email"]
)
def test_pages_that_no_link_reaches_are_not_there(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("path", ["/accounts/email/", "/accounts/confirm-email/", "/accounts/social/"])
def test_nor_by_their_old_address(path):
    with pytest.raises(Resolver404):
        resolve(path)
