"""A push service and WeChat that are not there: local servers that check what the real ones check."""

import base64
import hashlib
import json
import secrets
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.cache import cache
from py_vapid import Vapid02

from core import clock
from tests.accounts.fake_sms import FakeHttp


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Browser:
    """A browser that has subscribed: it alone can read what is sent to it."""

    def __init__(self, url: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = secrets.token_bytes(16)
        self.endpoint = f"{url}/push/{secrets.token_urlsafe(8)}"
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.p256dh, self.auth = b64(point), b64(self.secret)
        self.shown: dict[str, dict] = {}  # by tag: the same tag takes the other's place
        self.received = 0

    @property
    def keys(self) -> dict[str, str]:
        return {"endpoint": self.endpoint, "p256dh": self.p256dh, "auth": self.auth}

    def receive(self, body: bytes) -> None:
        said = json.loads(
            http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        )
        self.received += 1
        self.shown[said["tag"]] = said


class FakePush(FakeHttp):
    """Knows the key that the browsers subscribed with (RFC 8292) and refuses every other one."""

    def __init__(self, public_key: str) -> None:
        super().__init__()
        self.public_key = public_key
        self.browsers: dict[str, Browser] = {}
        self.urgency: list[str] = []

    def browser(self) -> Browser:
        made = Browser(self.url)
        self.browsers[urlsplit(made.endpoint).path] = made
        return made

    def answer(self, path, headers, body):
        if self.fails.isdecimal():
            return int(self.fails), {}
        browser = self.browsers.get(path)
        if browser is None:
            return 410, {}
        claims = Vapid02.verify(headers["Authorization"])
        key = headers["Authorization"].partition("k=")[2]
        if not claims or key != self.public_key or headers["Content-Encoding"] != "aes128gcm":
            return 403, {}
        if not int(headers["TTL"]) > 0:
            return 400, {}
        browser.receive(body)
        self.urgency.append(headers["Urgency"])
        return 201, {}


class FakeWeChat(FakeHttp):
    """Gives a token for two hours, tickets for the JS-SDK, and carries one message for each agreement."""

    def __init__(self) -> None:
        super().__init__()
        self.token, self.given = "", 0
        self.tickets: list[str] = []
        self.agreed: dict[str, int] = {}

    def answer(self, path, headers, body):
        asked, parts = json.loads(body or "{}"), urlsplit(path)
        if parts.path == "/cgi-bin/stable_token":
            if (asked["appid"], asked["secret"]) != ("wxapp", "wxsecret"):
                return 200, {"errcode": 40125, "errmsg": "invalid appsecret"}
            self.given += 1
            if asked["force_refresh"] or not self.token:
                self.token = secrets.token_hex(8)
            return 200, {"access_token": self.token, "expires_in": 7200}
        if parse_qs(parts.query).get("access_token") != [self.token]:
            return 200, {"errcode": 42001, "errmsg": "access_token expired"}
        if self.fails not in ("", "silent"):
            return 200, {"errcode": int(self.fails), "errmsg": "…"}
        if parts.path == "/cgi-bin/ticket/getticket":
            return 200, self._ticket(parse_qs(parts.query))
        if not self.agreed.get(asked["touser"]):
            return 200, {"errcode": 43101, "errmsg": "user refuse to accept the msg"}
        if any(len(value["value"]) > 20 for value in asked["data"].values()):
            return 200, {"errcode": 47003, "errmsg": "argument invalid"}
        self.agreed[asked["touser"]] -= 1
        self.take((asked["touser"], asked["template_id"], {k: v["value"] for k, v in asked["data"].items()}))
        return 200, {"errcode": 0, "errmsg": "ok", "msgid": clock.now().timestamp()}

    def _ticket(self, asked: dict[str, list[str]]) -> dict:
        if asked.get("type") != ["jsapi"]:
            return {"errcode": 40097, "errmsg": "invalid args"}
        self.tickets.append(f"ticket-{secrets.token_hex(16)}")
        return {"errcode": 0, "errmsg": "ok", "ticket": self.tickets[-1], "expires_in": 7200}

    def accepts(self, config: dict, url: str) -> bool:
        """What the app does with `wx.config`: the signature worked out anew from the last ticket and its own address."""
        if config["appId"] != "wxapp" or not self.tickets:
            return False
        text = f"jsapi_ticket={self.tickets[-1]}&noncestr={config['nonceStr']}&timestamp={config['timestamp']}&url={url}"
        return hashlib.sha1(text.encode()).hexdigest() == config["signature"]  # noqa: S324 prescribed


@contextmanager
def wechat_account(settings):
    """A service account with which our name is registered; nothing of an earlier one is in the cache."""
    cache.delete_many(["wechat.token", "wechat.jsapi_ticket", "wechat.jsapi_away"])
    fake = FakeWeChat()
    settings.WECHAT = {"WECHAT_APPID": "wxapp", "WECHAT_SECRET": "wxsecret", "WECHAT_URL": fake.url}
    settings.WECHAT_JS_SDK = True
    yield fake
    fake.stop()
