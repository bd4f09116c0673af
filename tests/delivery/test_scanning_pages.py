"""Pages that scan: what their policy allows, and WeChat's own scanner where it is offered."""

import pytest
from django.urls import reverse

from tests.notifications.fake_outside import wechat_account

pytestmark = pytest.mark.django_db
IN_WECHAT = {
    "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) AppleWebKit/605 Mobile MicroMessenger/8.0.50"
}
WASM = "script-src 'self' 'wasm-unsafe-eval'"
SCAN, SIGN = "/c/scan/", "/c/scan/wechat/"


@pytest.fixture
def account(settings):
    with wechat_account(settings) as fake:
        yield fake


def test_web_assembly_is_allowed_on_pages_that_scan_alone(
    on_shelf, courier_zhao, keeper_zhou, student_lin, client_of
):
    leg = on_shelf()
    for person, page in (
        (courier_zhao, SCAN),
        (keeper_zhou, reverse("relay:shelf")),
        (leg.order.customer, reverse("delivery:fetch", args=[leg.order.no])),
    ):
        answer = client_of(person).get(page)
        assert answer.status_code == 200
        assert WASM in answer["Content-Security-Policy"], page
        assert "'unsafe-eval'" not in answer["Content-Security-Policy"]
    refused = client_of(courier_zhao).post(SCAN, {"digits": "0000"})
    assert refused.status_code == 422
    assert WASM in refused["Content-Security-Policy"]
    for page in ("/c/", "/c/route/"):
        assert "wasm" not in client_of(courier_zhao).get(page)["Content-Security-Policy"]


def test_wechats_scanner_is_offered_inside_wechat_where_it_is_configured(
    account, courier_zhao, client_of, settings
):
    browser = client_of(courier_zhao)
    assert f'data-wechat="{SIGN}"' in browser.get(SCAN, headers=IN_WECHAT).text
    assert "data-wechat" not in browser.get(SCAN).text
    assert "data-wechat" not in browser.get(SCAN, headers={"User-Agent": "wxwork/4.1 MicroMessenger/7"}).text
    settings.WECHAT_JS_SDK = False
    assert "data-wechat" not in browser.get(SCAN, headers=IN_WECHAT).text
    assert browser.get(SIGN, {"url": f"http://testserver{SCAN}"}, headers=IN_WECHAT).status_code == 404


def test_the_page_is_signed_as_the_app_expects(account, courier_zhao, client_of):
    url = f"http://testserver{SCAN}?c=abc.def"
    answer = client_of(courier_zhao).get(SIGN, {"url": url}, headers=IN_WECHAT)
    assert account.accepts(answer.json(), url)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "url",
    ["", "https://elsewhere.example/", "http://testserver.elsewhere.example/", "javascript:alert(1)",
     "http://testserver@elsewhere.example/", "http://testserver/" + "a" * 2000],
)  # fmt: skip
def test_pages_of_others_are_not_signed(account, courier_zhao, client_of, url):
    answer = client_of(courier_zhao).get(
        SIGN, {"url": url}, headers=IN_WECHAT | {"Accept": "application/json"}
    )
    assert (answer.status_code, answer.json()["error"]) == (422, "Only pages of this site can be signed.")
    assert account.tickets == []


def test_while_wechat_does_not_answer_the_page_hears_it_at_once(account, courier_zhao, client_of):
    account.fails = "503"
    answer = client_of(courier_zhao).get(SIGN, {"url": f"http://testserver{SCAN}"}, headers=IN_WECHAT)
    assert (answer.status_code, answer.json()["error"]) == (503, "WeChat does not answer.")


def test_nothing_is_signed_outside_of_wechat_or_for_who_is_not_logged_in(
    account, courier_zhao, client_of, client
):
    asked = {"url": f"http://testserver{SCAN}"}
    assert client_of(courier_zhao).get(SIGN, asked).status_code == 404
    assert client.get(SIGN, asked, headers=IN_WECHAT).url.startswith("/accounts/login/")


def test_wechat_finds_the_file_by_which_the_name_is_ours(client, settings):
    settings.WECHAT_DOMAIN_CODE = "aBc123"
    assert client.get("/MP_verify_aBc123.txt").content == b"aBc123"
    assert client.get("/MP_verify_other.txt").status_code == 404
    settings.WECHAT_DOMAIN_CODE = ""
    assert client.get("/MP_verify_aBc123.txt").status_code == 404
