"""The delivery channels, one module each. (The inbox and its broadcast, `core.realtime`, are none of them.)"""

from notifications.channels.base import Channel, Message
from notifications.channels.email import EmailChannel
from notifications.channels.push import PushChannel
from notifications.channels.sms import SmsChannel
from notifications.channels.wechat import WeChatChannel
from notifications.kinds import ChannelName

_CHANNELS: dict[str, Channel] = {
    channel.name: channel for channel in (PushChannel(), SmsChannel(), WeChatChannel(), EmailChannel())
}

__all__ = ["Channel", "Message", "configured", "get"]


def get(name: str) -> Channel:
    return _CHANNELS[ChannelName(name)]


def configured() -> list[Channel]:
    """Those that this installation has, in the order in which one stands in for another."""
    return [channel for channel in _CHANNELS.values() if channel.configured]
