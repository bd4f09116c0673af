"""The delivery channels, one module each. (The inbox and its broadcast, `core.realtime`, are none of them.)"""

from importlib import import_module

from notifications.channels.base import Channel, Message

# One line a channel, in the order in which one stands in for another: its module, which has it as CHANNEL.
NAMES = (
    "push",
    "sms",
    "wechat",
    "email",
)
_CHANNELS: dict[str, Channel] = {
    name: import_module(f"notifications.channels.{name}").CHANNEL for name in NAMES
}

__all__ = ["NAMES", "Channel", "Message", "carrying_grave", "configured", "defaults", "get"]


def get(name: str) -> Channel:
    return _CHANNELS[name]


def configured() -> list[Channel]:
    """Those that this installation has, in the order in which one stands in for another."""
    return [channel for channel in _CHANNELS.values() if channel.configured]


def defaults(topic: str) -> list[str]:
    """The names of those by which a topic goes unless the person says otherwise."""
    return [name for name, channel in _CHANNELS.items() if topic in channel.default_topics]


def carrying_grave() -> set[str]:
    """The names of those that carry what nobody can switch off."""
    return {name for name, channel in _CHANNELS.items() if channel.carries_grave}
