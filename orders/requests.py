"""What a customer asks for, before it has a price."""

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.utils.translation import ngettext

from campus.models import Admits, Campus, Place
from orders.models import Kind


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
    shopping_list: str = ""
    when_missing: str = ""
    budget_fen: int = 0
    signature: bool = False
    minutes: int = 0
    pieces: int = 0
    heaviest_kg: int = 0
    asks_bids: bool = False
    fee_offer_fen: int = 0

    def __post_init__(self) -> None:
        if self.kind != Kind.CUSTOM and self.asks_bids:
            raise ValueError("only a custom errand is put out to bids")

    @property
    def summary(self) -> str:
        """One line for lists, from what the kind asks for. Never a code, a room or a phone number."""
        if self.kind == Kind.PARCEL and not self.what:
            count = max(len(self.pickup_codes.split()), 1)
            return ngettext("%(count)s parcel", "%(count)s parcels", count) % {"count": count}
        return (self.what.strip() or str(Kind(self.kind).label))[:120]

    @property
    def words(self) -> tuple[str, ...]:
        """All that the customer has written freely."""
        return (self.what, self.shopping_list, self.note, self.pickup_detail, self.dropoff_detail)

    @property
    def details(self) -> dict[str, Any]:
        """What the order keeps of the kind's own answers."""
        return {name: value for name in DETAILS if (value := getattr(self, name))}

    @property
    def fingerprint(self) -> str:
        """A digest of all that the price depends on."""
        values = [getattr(self, name) for name in PRICED]
        facts = [str(getattr(value, "pk", value) or "") for value in values]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:24]


# Nobody pays for these; all else may change the price.
_UNPRICED = {
    "dropoff_detail", "pickup_detail", "contact_name", "contact_phone", "note", "goods_value_fen", "photos", "what",
    "pickup_codes", "shopping_list", "when_missing", "signature", "heaviest_kg",
}  # fmt: skip
PRICED = [field.name for field in fields(ErrandRequest) if field.name not in _UNPRICED]
DETAILS = (
    "weight_kg", "size", "floor", "pieces", "minutes", "shopping_list", "when_missing", "signature", "heaviest_kg", "what",
)  # fmt: skip
