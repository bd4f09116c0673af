"""Orders: what a customer bought, what it costs, and the state machine of its way to the door."""

from orders.models.kinds import FINAL, LIVE, Kind, Stage, Status
from orders.models.order import GIVE_UP_MINUTES, Order
from orders.models.pauses import OrderPause
from orders.models.prohibited import ProhibitedRule, Review
from orders.models.records import Draft, DraftPhoto, History, OverBudget, Photo
from orders.models.rules import Demand, PriceRule, StagePolicy

__all__ = [
    "FINAL",
    "GIVE_UP_MINUTES",
    "LIVE",
    "Demand",
    "Draft",
    "DraftPhoto",
    "History",
    "Kind",
    "Order",
    "OrderPause",
    "OverBudget",
    "Photo",
    "PriceRule",
    "ProhibitedRule",
    "Review",
    "Stage",
    "StagePolicy",
    "Status",
]
