"""A WeChat service account: the token that its interfaces want, and pages signed for the JS-SDK.

The rules: developers.weixin.qq.com, "Getting a stable access token" (stable_token) and "JS-SDK" with its annex 1, how
jsapi_ticket and signature are made.
"""

import hashlib
import secrets
from dataclasses import asdict, dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from core import clock, outside
from core.outside import OutcomeUnknown, RetryableError, ServiceUnavailable

TOKEN_IS_OLD = frozenset({40001, 40014, 42001})
# Names in the cache.
_TOKEN, _TICKET, _AWAY = "wechat.token", "wechat.jsapi_ticket", "wechat.jsapi_away"
# Kept for less than WeChat grants: who gets it near its end still has time to use it.
MARGIN_SECONDS, SHORTEST_SECONDS = 300, 60
AWAY_SECONDS = 30  # how long WeChat is left alone after it gave no ticket


@dataclass(frozen=True)
class PageSignature:
    """What `wx.config` wants, in its own names."""

    appId: str
    timestamp: int  # seconds since 1970
    nonceStr: str
    signature: str

    def as_json(self) -> dict[str, str | int]:
        return asdict(self)


def has_account() -> bool:
    """Whether a service account is configured."""
    return all(settings.WECHAT[name] for name in ("WECHAT_APPID", "WECHAT_SECRET"))


def signs_pages() -> bool:
    """Whether pages may use the JS-SDK: the account is there, and somebody has said that our name is registered with it."""
    return settings.WECHAT_JS_SDK and has_account()


def is_inside(request: HttpRequest) -> bool:
    """Whether the page is looked at inside the WeChat app. WeCom (企业微信) names WeChat too, and knows other accounts."""
    agent = request.headers.get("User-Agent", "").lower()
    return "micromessenger" in agent and "wxwork" not in agent


def access_token(*, fresh: bool = False) -> str:
    """WeChat's leave to call it, good for two hours and kept in the cache. ServiceUnavailable when it gives none.

    `fresh`: the one in the cache was refused.
    """
    if not fresh and (token := cache.get(_TOKEN)):
        return token
    own = settings.WECHAT
    asked = {
        "grant_type": "client_credential",
        "appid": own["WECHAT_APPID"],
        "secret": own["WECHAT_SECRET"],
        "force_refresh": fresh,
    }
    try:
        said = outside.answer(outside.post(f"{own['WECHAT_URL']}/cgi-bin/stable_token", json=asked))
        token, seconds = str(said["access_token"]), int(said["expires_in"])
    except (OutcomeUnknown, KeyError, TypeError, ValueError) as error:  # nothing else has left yet
        raise ServiceUnavailable(f"WeChat gives no token: {error}") from error
    cache.set(_TOKEN, token, max(SHORTEST_SECONDS, seconds - MARGIN_SECONDS))
    return token


def sign_page(url: str) -> PageSignature:
    """What the page at `url` (what stands after "#" is left out) configures the JS-SDK with.

    Raises ServiceUnavailable while WeChat gives no ticket.
    """
    nonce, now = secrets.token_hex(8), int(clock.now().timestamp())
    signature = page_signature(ticket=_ticket(), nonce=nonce, timestamp=now, url=url)
    return PageSignature(settings.WECHAT["WECHAT_APPID"], now, nonce, signature)


def page_signature(*, ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """SHA-1, in hex, of the four in the order and form of annex 1. (WeChat's choice: the ticket is the secret in it.)"""
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url.partition('#')[0]}"
    return hashlib.sha1(text.encode()).hexdigest()  # noqa: S324 prescribed


def _ticket() -> str:
    """The account's jsapi_ticket, good for two hours. WeChat gives few of them a day, so that it has to be kept."""
    if ticket := cache.get(_TICKET):
        return ticket
    if cache.get(_AWAY):
        raise ServiceUnavailable("WeChat gave no ticket a moment ago")
    try:
        said = _ask_for_ticket(access_token())
        if said.get("errcode") in TOKEN_IS_OLD:
            said = _ask_for_ticket(access_token(fresh=True))
        ticket, seconds = str(said["ticket"]), int(said["expires_in"])
    except (RetryableError, OutcomeUnknown, KeyError, TypeError, ValueError) as error:
        cache.set(_AWAY, 1, AWAY_SECONDS)
        raise ServiceUnavailable(f"WeChat gives no ticket: {error}") from error
    cache.set(_TICKET, ticket, max(SHORTEST_SECONDS, seconds - MARGIN_SECONDS))
    return ticket


def _ask_for_ticket(token: str) -> dict:
    """WeChat's answer: errcode, and with 0 ticket and expires_in."""
    address = f"{settings.WECHAT['WECHAT_URL']}/cgi-bin/ticket/getticket"
    said = outside.answer(outside.get(address, params={"access_token": token, "type": "jsapi"}))
    if said.get("errcode", 0) not in {0, *TOKEN_IS_OLD}:
        raise ServiceUnavailable(f"WeChat {said.get('errcode')}")
    return said
