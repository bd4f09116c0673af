"""What is carried, through whose hands, and where it lies in between."""

from delivery.models.custody import Custody
from delivery.models.legs import (
    CARRIED,
    EARNED,
    HOLDING,
    PAID,
    UNDO_SHOWN,
    UNDO_WITHIN,
    UNFINISHED,
    Leg,
    LegStatus,
)
from delivery.models.ratings import CHANGE_WITHIN, RATE_WITHIN, Rating, RatingTag
from delivery.models.relay import RelayStation, ShelfItem
from delivery.models.rescues import Rescue
from delivery.models.scans import ScanCode
from delivery.models.waivers import PhotoWaiver

__all__ = [
    "CARRIED",
    "CHANGE_WITHIN",
    "EARNED",
    "HOLDING",
    "PAID",
    "RATE_WITHIN",
    "UNDO_SHOWN",
    "UNDO_WITHIN",
    "UNFINISHED",
    "Custody",
    "Leg",
    "LegStatus",
    "PhotoWaiver",
    "Rating",
    "RatingTag",
    "RelayStation",
    "Rescue",
    "ScanCode",
    "ShelfItem",
]
