"""WeChat subscription messages of a service account (message/subscribe/bizsend).

WeChat carries a message only when the person has agreed to one of that template, and one agreement is one message: it
knows no idempotency key, so that one whose end is unclear is not sent again.
"""

from django.conf import settings
from django.utils.text import Truncator

from core import outside, wechat
from core.outside import OutcomeUnknown, PermanentError, RetryableError, ServiceUnavailable
from notifications.channels.base import Channel, Message
from notifications.kinds import ChannelName, Topic

WORDS = 20  # what a field of a template holds
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
        return wechat.has_account() and any(settings.WECHAT_TEMPLATES.values())

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
        said = self._ask(asked, wechat.access_token())
        if said.get("errcode") in wechat.TOKEN_IS_OLD:
            said = self._ask(asked, wechat.access_token(fresh=True))
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


CHANNEL = WeChatChannel()
