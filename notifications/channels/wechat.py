"""WeChat subscription messages of a service account (message/subscribe/bizsend).

WeChat carries a message only when the person has agreed to one of that template, and one agreement is one message: it
knows no idempotency key, so that one whose end is unclear is not sent again.
"""

from django.conf import settings
from django.core.cache import cache
from django.utils.text import Truncator

from core import outside
from core.outside import OutcomeUnknown, PermanentError, RetryableError, ServiceUnavailable
from notifications.channels.base import Channel, Message
from notifications.kinds import ChannelName, Topic

WORDS = 20  # what a field of a template holds
_TOKEN = "wechat.token"  # noqa: S105 the name under which it is cached
_TOKEN_IS_OLD = {40001, 40014, 42001}
_NOT_THIS_ONE = {
    40003,
    43101,
    43107,
    47003,
    41030,
}  # no such person, has not agreed, a field that does not fit
_BUSY = {-1, 45009, 45011}


class WeChatChannel(Channel):
    name = ChannelName.WECHAT
    repeats = False
    default_topics = frozenset({Topic.NEEDED, Topic.PROGRESS, Topic.TROUBLE, Topic.JOBS})
    address_template = "notifications/channels/wechat.html"

    @property
    def configured(self) -> bool:
        return all(settings.WECHAT[name] for name in ("WECHAT_APPID", "WECHAT_SECRET")) and any(
            settings.WECHAT_TEMPLATES.values()
        )

    def reaches(self, people):
        return {one.user_id for one in people if one.wechat}

    def send(self, message: Message) -> str:
        template, *fields = settings.WECHAT_TEMPLATES[message.topic].split(":")
        if not template:
            raise PermanentError("no template for this topic")
        words = [message.title, message.body or message.title]
        asked = {
            "touser": message.to.wechat,
            "template_id": template,
            "page": message.url,
            "data": {
                name: {"value": Truncator(text).chars(WORDS)}
                for name, text in zip(fields, words, strict=False)
            },
        }
        said = self._ask(asked, self._token())
        if said.get("errcode") in _TOKEN_IS_OLD:
            said = self._ask(asked, self._token(fresh=True))
        code = said.get("errcode")
        if code == 0:
            return str(said.get("msgid", ""))
        if not isinstance(code, int):
            raise OutcomeUnknown("an answer without a code")
        if code in _NOT_THIS_ONE:
            raise PermanentError(f"WeChat {code}")
        if code in _BUSY:
            raise RetryableError(f"WeChat {code}", after=60)
        raise ServiceUnavailable(f"WeChat {code}")

    def _ask(self, asked: dict, token: str) -> dict:
        url = settings.WECHAT["WECHAT_URL"]
        return outside.answer(
            outside.post(
                f"{url}/cgi-bin/message/subscribe/bizsend", params={"access_token": token}, json=asked
            )
        )

    def _token(self, fresh: bool = False) -> str:
        """WeChat's leave to speak, good for two hours and kept in the cache. ServiceUnavailable when it gives none."""
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
            token, seconds = said["access_token"], int(said["expires_in"])
        except (OutcomeUnknown, KeyError, TypeError, ValueError) as error:  # no message has left yet
            raise ServiceUnavailable(f"WeChat gives no token: {error}") from error
        cache.set(_TOKEN, token, max(60, seconds - 300))
        return token


CHANNEL = WeChatChannel()
