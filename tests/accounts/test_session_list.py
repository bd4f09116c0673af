"""One's own devices: a list, and a way to log out on one that was lost."""

import pytest
from django.test import Client

from accounts.browsers import device_name, network_of
from accounts.models import Session
from tests.factories import PASSWORD

LIST = "/me/sessions/"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Mobile MicroMessenger/8.0"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537 Chrome/130.0 Safari/537 Edg/130.0"


def log_in(user, agent, address="203.0.113.7") -> Client:
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    client.post("/accounts/login/", {"login": user.phone, "password": PASSWORD})
    client.cookies["language"] = user.language
    return client


def refs(user):
    return dict(Session.objects.filter(user=user).values_list("device", "ref"))


def test_the_list_names_devices_times_and_the_present_one(student_lin):
    phone, desk = log_in(student_lin, IPHONE), log_in(student_lin, WINDOWS)
    page = phone.get(LIST)
    rows = page.context["rows"]
    assert [(row["name"], row["here"]) for row in rows] == [
        ("iPhone · WeChat", True),
        ("Windows · Edge", False),
    ]
    html = page.content.decode()
    assert "203.0.*.*" in html
    assert "203.0.113.7" not in html
    assert desk.session.session_key not in html


def test_it_is_reached_from_ones_own_page(client_of, student_lin):
    assert f'href="{LIST}"' in client_of(student_lin).get("/me/").content.decode()


def test_end_one(student_lin):
    phone, desk = log_in(student_lin, IPHONE), log_in(student_lin, WINDOWS)
    third = log_in(student_lin, "third")
    phone.post(f"{LIST}{refs(student_lin)[WINDOWS]}/end/")
    assert [c.get("/me/").status_code for c in (phone, desk, third)] == [200, 302, 200]


def test_end_all_others(student_lin):
    phone, desk, third = (log_in(student_lin, agent) for agent in (IPHONE, WINDOWS, "third"))
    phone.post(f"{LIST}others/end/")
    assert [c.get("/me/").status_code for c in (phone, desk, third)] == [200, 302, 302]


def test_nobody_ends_the_session_of_somebody_else(client_of, student_lin, student_mei):
    client_of(student_lin)
    ref = Session.objects.get(user=student_lin).ref
    client_of(student_mei).post(f"{LIST}{ref}/end/")
    assert Session.objects.filter(ref=ref).exists()


def test_the_present_one_ends_by_logging_out_only(student_lin):
    phone = log_in(student_lin, IPHONE)
    phone.post(f"{LIST}{refs(student_lin)[IPHONE]}/end/")
    assert phone.get("/me/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (IPHONE, "iPhone · WeChat"),
        (f"{IPHONE} wxwork/4.1.6", "iPhone · WeCom"),
        (WINDOWS, "Windows · Edge"),
        ("Mozilla/5.0 (Linux; Android 14; HarmonyOS) Chrome/114", "HarmonyOS · Chrome"),
        ("curl/8", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_devices_have_names(agent, name, settings):
    from django.utils.translation import override

    with override("en"):
        assert device_name(agent) == name


@pytest.mark.parametrize(
    ("address", "network"), [("203.0.113.7", "203.0.*.*"), ("2001:db8:1:2::9", "2001:db8:1:…"), (None, "")]
)
def test_where_roughly(address, network):
    assert network_of(address) == network
