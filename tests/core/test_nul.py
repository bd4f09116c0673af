"""A NUL character is refused with a 400 wherever a request holds it; it never gets as far as the database."""

import json

import pytest

from core.errors import Invalid
from dispatch import services

pytestmark = pytest.mark.django_db


@pytest.fixture
def courier(client_of, courier_zhao):
    return client_of(courier_zhao)


def test_in_a_form(courier, client_of, supervisor_sun):
    assert courier.post("/c/scan/", {"c": "errand:X\0:1234"}).status_code == 400
    assert client_of(supervisor_sun).post("/admin/board/put/", {"leg": "x\0"}).status_code == 400
    form = "c=errand%3AX%00%3A1234"
    answer = courier.post("/c/scan/", form, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


def test_in_the_name_of_a_field(courier):
    assert courier.post("/c/scan/", {"c\0": "1234"}).status_code == 400


def test_in_json(courier):
    body = json.dumps({"lat": 31, "lon": 121, "x": "a\0"})
    assert courier.post("/c/position/", body, content_type="application/json").status_code == 400


@pytest.mark.parametrize("address", ["/me/?q=%00", "/o/A%00B/"])
def test_in_the_address(courier, address):
    assert courier.get(address).status_code == 400


def test_in_a_cookie_as_an_escape(client, settings):
    client.cookies[settings.SESSION_COOKIE_NAME] = "x"
    cookie = f'{settings.SESSION_COOKIE_NAME}="\\000abcdefghijk"'
    assert client.get("/me/", headers={"Cookie": cookie}).status_code == 400
    client.cookies.clear()
    assert client.get("/me/", headers={"Cookie": cookie}).status_code == 400


def test_in_a_header(client):
    assert client.get("/", headers={"Accept-Language": "zh\0"}).status_code == 400


def test_the_reader_of_codes_leaves_it_out_by_itself(courier_zhao):
    with pytest.raises(Invalid, match="not with you"):
        services.process_scan(text="errand:X\0:1234", courier=courier_zhao)


def test_an_admin_action_on_what_is_no_row_is_a_bad_request(admin_client):
    data = {"action": "try_again", "_selected_action": "x"}
    assert admin_client.post("/admin/core/handlerrun/", data).status_code == 400
