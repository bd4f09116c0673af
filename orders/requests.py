"""What a customer asks for, before it has a price."""

import hashlib
import json
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from django.core.files.base import File

from campus.models import Admits, Campus, Place

# Of what a courier is to buy.
HIGHEST_BUDGET_FEN = 500_00


@dataclass(frozen=True, kw_only=True)
class ErrandRequest:
    """One errand as the order form (or a program) describes it. Money in fen, weights in kg, times aware.

    Without a `dropoff` it can be filled in further and not be priced. The `budget_fen` of a purchase is held besides the fee.
    """

    campus: Campus
    kind: str
    dropoff: Place | None = None
    dropoff_detail: str = ""
    pickup: Place | None = None
    pickup_detail: str = ""
    floor: int = 0  # of the door; 0: not known
    downstairs: bool = False  # the customer comes down to the building's door
    window_start: datetime | None = None
    window_end: datetime | None = None
    gender_wanted: str = Admits.ANY
    contact_name: str = ""
    contact_phone: str = ""
    note: str = ""
    tip_fen: int = 0
    goods_value_fen: int = 0
    photos: tuple[File, ...] = ()
    # What only some kinds ask for.
    what: str = ""
    pickup_codes: str = ""
    size: str = ""
    weight_kg: int = 0
    budget_fen: int = 0
    minutes: int = 0
    pieces: int = 0
    asks_bids: bool = False
    fee_offer_fen: int = 0
    give_up_minutes: int | None = None  # `Order.give_up_minutes`
    # Answers that only one kind asks for and nobody pays for, by names of the kind's own.
    answers: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> tuple[str, ...]:
        """All that the customer has written freely."""
        answers = (answer for answer in self.answers.values() if isinstance(answer, str))
        return (self.what, *answers, self.note, self.pickup_detail, self.dropoff_detail)

    @property
    def details(self) -> dict[str, Any]:
        """What the order keeps of the kind's own answers."""
        kept = {name: getattr(self, name) for name in DETAILS} | self.answers
        return {name: value for name, value in kept.items() if value}

    @property
    def fingerprint(self) -> str:
        """A digest of all that the price depends on."""
        values = [getattr(self, name) for name in PRICED]
        facts = [str(getattr(value, "pk", value) or "") for value in values]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:24]


# Nobody pays for these; all else may change the price.
_UNPRICED = {
    "dropoff_detail", "downstairs", "pickup_detail", "contact_name", "contact_phone", "note", "goods_value_fen", "photos", "what",
    "pickup_codes", "answers", "give_up_minutes",
}  # fmt: skip
PRICED = [one.name for one in fields(ErrandRequest) if one.name not in _UNPRICED]
DETAILS = ("weight_kg", "size", "floor", "downstairs", "pieces", "minutes", "what")
