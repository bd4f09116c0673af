"""Every read of dispatch that is more than a get."""

from dispatch.selectors.availability import availability_of
from dispatch.selectors.bidding import Wanted, bids_of, wanted, wanted_orders
from dispatch.selectors.board import Board, board
from dispatch.selectors.channels import DispatchChannels, dispatch_channels, in_hall, kinds_with
from dispatch.selectors.hall import SORTS, Card, Hall, card, hall, waiting_for
from dispatch.selectors.offers import OfferCard, offer_card, offers_paused, open_offer
from dispatch.selectors.people import blocks_of, favourites_of, standing

__all__ = [
    "SORTS",
    "Board",
    "Card",
    "DispatchChannels",
    "Hall",
    "OfferCard",
    "Wanted",
    "availability_of",
    "bids_of",
    "blocks_of",
    "board",
    "card",
    "dispatch_channels",
    "favourites_of",
    "hall",
    "in_hall",
    "kinds_with",
    "offer_card",
    "offers_paused",
    "open_offer",
    "standing",
    "waiting_for",
    "wanted",
    "wanted_orders",
]
