"""What a provider of hidden numbers can do for us. They talk to the network: never inside a transaction."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from telephony.models import NumberBinding


class ProviderError(Exception):
    """The provider does not do it, or does not answer. The message names no number."""


class BadCallback(Exception):
    """What says to come from the provider does not."""


@dataclass(frozen=True)
class MaskedNumber:
    """A number X for the pair, and the provider's name for the binding."""

    number: str
    ref: str


@dataclass(frozen=True)
class Report:
    """How one call went. `caller` and `callee` are the real numbers; `result` a CallAttempt.Result; `at` the dialling."""

    call: str
    ref: str
    number: str
    caller: str
    callee: str
    at: datetime
    result: str
    seconds: int


class Provider(ABC):
    """One way to connect two people. `hides`: whether it masks the numbers; otherwise it has none of the rest."""

    name: str
    hides = True

    @property
    @abstractmethod
    def configured(self) -> bool:
        """Whether it may be used in this installation."""

    @abstractmethod
    def reaches(self, phone: str) -> bool:
        """Whether it connects calls from and to this number, which is written as `core.phones` stores it."""

    def bind(self, *, a: str, b: str, until: datetime) -> MaskedNumber:
        """Bind a masked number to the pair until then. Raises ProviderError."""
        raise NotImplementedError

    def renew(self, binding: NumberBinding, until: datetime) -> None:
        """Keep the binding for longer. Raises ProviderError."""
        raise NotImplementedError

    def unbind(self, binding: NumberBinding) -> None:
        """Take it back. Raises ProviderError; what cannot be taken back runs out by itself."""
        raise NotImplementedError

    def read(self, secret: str, headers: Mapping[str, str], body: bytes) -> list[Report]:
        """The calls that a request to our callback tells of. Raises BadCallback for what cannot be trusted."""
        raise BadCallback("this provider tells nothing")

    def pull_reports(self, now: datetime) -> list[Report]:
        """Calls that it knows of and has told nobody. Only the local one is asked."""
        return []
