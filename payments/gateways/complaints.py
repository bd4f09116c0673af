"""What a provider has for complaints of customers: it tells of one, is asked what it says, and is told our answer.

Nothing of it may be called inside a transaction, but `parse`, which calls nobody.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from payments.models import ComplaintReply

Outcome = ComplaintReply.Outcome
WORDS = 500


@dataclass(frozen=True)
class ComplaintNotice:
    """A notice whose signature is right. `nonce` names it for ever."""

    nonce: str
    complaint_no: str


@dataclass(frozen=True)
class ComplaintDetails:
    """What the provider says of a complaint. `payment_no` is ours, empty where it names none; `answer_by` and `due_at` are
    its own deadlines; `is_open` while something is expected of us."""

    no: str
    payment_no: str
    words: str
    reason: str
    opened_at: datetime
    answer_by: datetime
    due_at: datetime
    is_open: bool
    is_ended: bool
    provider_status: str


class ComplaintDesk(ABC):
    """One provider's. Answers are cut to `most_words` characters."""

    most_words = 200

    @abstractmethod
    def parse(self, headers: Mapping[str, str], body: bytes) -> ComplaintNotice | None:
        """Read a notice after checking who sends it. None when it is true but tells of no complaint. Raises BadCallback."""

    @abstractmethod
    def query(self, no: str) -> ComplaintDetails:
        """What it says now. GatewayError."""

    @abstractmethod
    def recent(self, since: date) -> list[ComplaintDetails]:
        """All since that day, for those of which a notice was lost. GatewayError."""

    def takes_answers(self, no: str) -> bool:
        """Whether it takes words before the end."""
        return True

    @abstractmethod
    def answer(self, no: str, words: str) -> None:
        """Say something to the customer. GatewayError."""

    @abstractmethod
    def finish(self, no: str, outcome: str, words: str) -> None:
        """Say that it is settled, and how (an `Outcome`). GatewayError."""

    def subscribe(self, url: str) -> None:
        """Have notices sent there, where that is not set on the provider's own page. Idempotent. GatewayError."""
        return None
