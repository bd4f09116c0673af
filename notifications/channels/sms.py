"""Notices as short messages, through the provider that also brings login codes (accounts.sms).

The providers know no idempotency key, so one whose end is unclear is not sent again: a second alarm about the same
thing is worse than the one in the inbox. A text of a template holds little: the title, cut to 35 signs, no link.
"""

from django.conf import settings
from django.utils.text import Truncator

from accounts import sms
from accounts.sms import Sms
from notifications.channels.base import Channel, Message
from notifications.kinds import ChannelName, Topic

WORDS = 35


class SmsChannel(Channel):
    name = ChannelName.SMS
    repeats = False
    default_topics = frozenset({Topic.NEEDED})
    carries_grave = True
    takes_number = True
    address_template = "notifications/channels/sms.html"

    @property
    def provider(self) -> str:
        return settings.SMS_PROVIDER

    @property
    def configured(self) -> bool:
        return sms.reaches_people()

    def reaches(self, people):
        return {one.user_id for one in people if one.user.phone and one.user.phone_verified}

    def send(self, message: Message) -> str:
        what = Truncator(message.title).chars(WORDS)
        return sms.send(Sms(message.number or message.to.user.phone, "notice", what, {"what": what}))


CHANNEL = SmsChannel()
