"""Offers, bids, and the rules by which jobs find a courier."""

from dispatch.models.bids import Bid
from dispatch.models.offers import DispatchRule, Offer, OfferPause, Planning
from dispatch.models.people import Block, Favourite

__all__ = [
    "Bid",
    "Block",
    "DispatchRule",
    "Favourite",
    "Offer",
    "OfferPause",
    "Planning",
]
