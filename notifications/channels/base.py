"""What the delivery channels have in common."""

from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from notifications.kinds import ChannelName, Topic
from notifications.models import Preference


@dataclass(frozen=True)
class Message:
    """What is to be said, in the language of its reader. `to` knows the person and their addresses. `link` is a path of this site. `key` names the message: one
    that is sent again has the same. `useful`: seconds for which it is worth delivering. `number`: where a short message goes instead of
    the person's present number."""

    to: Preference
    topic: Topic
    title: str
    body: str
    link: str
    key: str
    severity: int
    useful: int
    number: str = ""

    @property
    def url(self) -> str:
        """The link as one outside needs it; empty while the site's address is not configured."""
        return settings.SITE_ORIGIN + self.link if settings.SITE_ORIGIN and self.link else ""


class Channel(ABC):
    """`repeats`: whether a message whose end nobody knows may be sent again, because the receiver's side makes one of
    the two. Where it is False such a message is sent at most once, and its row says "unclear"."""

    name: ChannelName
    repeats: bool
    # The topics that go by it unless the person says otherwise.
    default_topics: frozenset[Topic]
    # Whether it carries what nobody can switch off: somebody's safety, or the whole platform's.
    carries_grave = False
    # Whether it can bring a notice to another number than the person's present one.
    takes_number = False
    # The template of its part of the page where people read, and say, where we reach them.
    address_template = ""

    @property
    def provider(self) -> str:
        """Whose fault it is when nothing gets through."""
        return str(self.name)

    @property
    @abstractmethod
    def configured(self) -> bool:
        """Whether this installation has the channel at all."""

    def address_context(self, person: Preference) -> dict[str, Any]:
        """What that template needs besides the person's `preference`."""
        return {}

    @abstractmethod
    def reaches(self, people: Collection[Preference]) -> set[int]:
        """The user ids of those whom it can reach: at most one query for all of them."""

    @abstractmethod
    def send(self, message: Message) -> str:
        """Send it now and give the provider's number of it. Raises RetryableError, ServiceUnavailable, PermanentError, OutcomeUnknown (`core.outside`).

        It talks to the network: never inside a transaction."""
