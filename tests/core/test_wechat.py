"""WeChat's service account, against a local service that checks what the real one checks."""

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from core import wechat
from core.outside import ServiceUnavailable
from tests.notifications.fake_outside import wechat_account

PAGE = "https://errand.example/c/scan/?c=a.b"


@pytest.fixture
def account(settings):
    with wechat_account(settings) as fake:
        yield fake


def test_the_example_of_the_documentation():
    """developers.weixin.qq.com, JS-SDK, annex 1."""
    signature = wechat.page_signature(
        ticket="sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg",
        nonce="Wm3WZYTPz0wzccnW",
        timestamp=1414587457,
        url="http://mp.weixin.qq.com?params=value",
    )
    assert signature == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


def test_a_page_is_signed_without_what_follows_its_hash(account):
    assert account.accepts(wechat.sign_page(PAGE + "#digits").as_json(), PAGE)
    assert not account.accepts(wechat.sign_page(PAGE).as_json(), PAGE + "&more=1")


def test_one_ticket_for_many_pages(account):
    signed = [wechat.sign_page(PAGE) for _ in range(3)]
    assert len(account.tickets) == account.given == 1
    assert len({one.nonceStr for one in signed}) == 3


def test_a_token_that_has_become_old_is_renewed(account):
    cache.set("wechat.token", "stale", 600)
    assert account.accepts(wechat.sign_page(PAGE).as_json(), PAGE)
    assert account.given == 1


@pytest.mark.parametrize("fault", ["503", "garbage", "silent", "-1", "45009", "48001"])
def test_without_a_ticket_nobody_waits_for_the_next_refusal(account, fault):
    account.fails = fault
    with pytest.raises(ServiceUnavailable):
        wechat.sign_page(PAGE)
    asked = account.requests
    with pytest.raises(ServiceUnavailable):
        wechat.sign_page(PAGE)
    assert account.requests == asked
    account.fails = ""
    cache.delete("wechat.jsapi_away")  # half a minute later
    assert account.accepts(wechat.sign_page(PAGE).as_json(), PAGE)


def test_a_wrong_secret_gives_no_ticket(account, settings):
    settings.WECHAT = settings.WECHAT | {"WECHAT_SECRET": "another"}
    with pytest.raises(ServiceUnavailable):
        wechat.sign_page(PAGE)


@pytest.mark.parametrize(
    "agent, inside",
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Mobile MicroMessenger/8.0.50", True),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile MicroMessenger/8.0.50", True),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) wxwork/4.1.30 MicroMessenger/7.0.1", False),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1", False),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile AlipayClient/10.6", False),
        ("", False),
    ],
)  # fmt: skip
def test_wecom_is_not_wechat(agent, inside):
    assert wechat.is_inside(RequestFactory(headers={"User-Agent": agent}).get("/")) is inside


@pytest.mark.parametrize(
    "changed",
    [{"WECHAT_JS_SDK": False}, {"WECHAT": {"WECHAT_APPID": "", "WECHAT_SECRET": "x", "WECHAT_URL": ""}}],
)
def test_pages_are_signed_only_where_all_is_configured(account, settings, changed):
    assert wechat.signs_pages()
    for name, value in changed.items():
        setattr(settings, name, value)
    assert not wechat.signs_pages()
