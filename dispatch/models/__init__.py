"""Who carries, and what is carried."""

from campus.models import Vehicle
from dispatch.models.applications import Application
from dispatch.models.bids import Bid
from dispatch.models.couriers import LOW_CREDIT, POSITION_KEEPS, Courier
from dispatch.models.custody import Custody
from dispatch.models.legs import CARRIED, EARNED, UNDO_SHOWN, UNDO_WITHIN, UNFINISHED, Leg, LegStatus
from dispatch.models.offers import DispatchRule, Offer, OfferPause, Planning
from dispatch.models.relay import RelayStation, ShelfItem
from dispatch.models.scans import ScanCode
from dispatch.models.shifts import HALF_HOUR, DutySpell, Promise, Shift
from dispatch.models.trail import TrailPoint
from dispatch.models.training import Attempt, Course, Lesson, Question
from dispatch.models.waivers import PhotoWaiver

__all__ = [
    "CARRIED",
    "EARNED",
    "HALF_HOUR",
    "LOW_CREDIT",
    "POSITION_KEEPS",
    "UNDO_SHOWN",
    "UNDO_WITHIN",
    "UNFINISHED",
    "Application",
    "Attempt",
    "Bid",
    "Courier",
    "Course",
    "Custody",
    "DispatchRule",
    "DutySpell",
    "Leg",
    "LegStatus",
    "Lesson",
    "Offer",
    "OfferPause",
    "PhotoWaiver",
    "Planning",
    "Promise",
    "Question",
    "RelayStation",
    "ScanCode",
    "ShelfItem",
    "Shift",
    "TrailPoint",
    "Vehicle",
]
