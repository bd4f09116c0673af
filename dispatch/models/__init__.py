"""Offers, bids, and the rules by which jobs find a courier."""

from dispatch.models.bids import Bid
from dispatch.models.offers import DispatchRule, Offer, OfferPause, Planning

__all__ = [
    "Bid",
    "DispatchRule",
    "Offer",
    "OfferPause",
    "Planning",
]
