"""Whose address a request has, behind any number of proxies."""

import pytest
from django.test import RequestFactory

from accounts.adapter import AccountAdapter
from core.checks import proxies_counted
from core.http import client_address, client_network


def asked(remote="10.0.0.1", forwarded=None):
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded is not None else {}
    return RequestFactory().get("/", REMOTE_ADDR=remote, **headers)


@pytest.mark.parametrize(
    "proxies, forwarded, address",
    [
        (0, None, "10.0.0.1"),
        (0, "203.0.113.9", "10.0.0.1"),  # nobody of ours wrote that
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.66, 203.0.113.9", "203.0.113.9"),  # what the visitor claims stands left of it
        (2, "198.51.100.66, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),  # fewer than there should be: past the outer proxy
        (1, None, "10.0.0.1"),
        (1, "not an address", "10.0.0.1"),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8::7]:4711", "2001:db8::7"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_the_visitors_address_is_as_many_from_the_right_as_there_are_proxies(
    settings, proxies, forwarded, address
):
    settings.TRUSTED_PROXIES = proxies
    assert client_address(asked(forwarded=forwarded)) == address


def test_allauth_asks_the_same_function(settings):
    settings.TRUSTED_PROXIES = 1
    request = asked(forwarded="203.0.113.9")
    assert AccountAdapter(request).get_client_ip(request) == "203.0.113.9"


def test_a_subscriber_of_ipv6_has_a_whole_network(settings):
    assert client_network(asked("2001:db8:0:1::7")) == client_network(asked("2001:db8:0:1:ffff::9"))
    assert client_network(asked("2001:db8:0:2::7")) != client_network(asked("2001:db8:0:1::7"))


def test_check_deploy_asks_for_the_proxies_where_tls_ends_at_one(settings):
    settings.SECURE_SSL_REDIRECT, settings.TRUSTED_PROXIES = True, 0
    assert [w.id for w in proxies_counted(None)] == ["core.W001"]
    settings.TRUSTED_PROXIES = 2
    assert proxies_counted(None) == []
