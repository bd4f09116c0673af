"""What is known of each kind of notice: its topic, how grave it is, whether it can wait, how long it is of use.

The app that speaks describes its kinds where it says them (`kinds.add`). People choose by topic, not by kind: a page
of forty switches is a page that nobody reads.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChannelName(models.TextChoices):
    """The delivery channels, in the order in which one stands in for another. The inbox has every notice besides."""

    PUSH = "push", _("this app's notifications")
    SMS = "sms", _("SMS")
    WECHAT = "wechat", _("WeChat")
    EMAIL = "email", _("e-mail")


class Topic(models.TextChoices):
    """What people switch on and off. Labels and help are read on the page of choices."""

    NEEDED = "needed", _("You are needed")
    PROGRESS = "progress", _("Your orders, step by step")
    TROUBLE = "trouble", _("When something goes wrong")
    MONEY = "money", _("Money")
    CHAT = "chat", _("Messages")
    JOBS = "jobs", _("Your jobs as a courier")
    PLATFORM = "platform", _("The platform's own health")


TOPIC_HELP = {
    Topic.NEEDED: _("Somebody waits for you: the courier at the door, a question with a deadline."),
    Topic.PROGRESS: _("Accepted, picked up, delivered."),
    Topic.TROUBLE: _("What happened, what we do about it, and what you get."),
    Topic.MONEY: _("Refunds, top-ups, compensation."),
    Topic.CHAT: _("What couriers, customers and our team write to you."),
    Topic.JOBS: _("Changes to what you carry, tips, your standing."),
    Topic.PLATFORM: _("For supervisors: a provider is down, a job has failed for good."),
}
# What nobody can switch off: somebody's safety, or the whole platform's.
GRAVE = 1


@dataclass(frozen=True)
class Kind:
    """`severity`: 1 goes by every way at any hour, 2 somebody is waiting, 3 good to know. `waits`: quiet hours hold it
    back. `useful`: what could not be sent by then is not sent any more. `insists`: it goes out also when it has been
    read in the inbox, which somebody else may have open. `quotes`: the body holds what somebody else wrote."""

    topic: Topic
    severity: int = 3
    waits: bool = False
    useful: timedelta = timedelta(hours=1)
    insists: bool = False
    quotes: bool = False


_kinds: dict[str, Kind] = {}


def add(name: str, topic: str, **traits) -> Kind:
    """Describe a kind. Traits as `Kind` has them."""
    return _kinds.setdefault(name, Kind(Topic(topic), **traits))


def get(name: str) -> Kind | None:
    """None for a kind that nobody has described: it stays in the inbox."""
    return _kinds.get(name)


def known() -> dict[str, Kind]:
    return dict(_kinds)
