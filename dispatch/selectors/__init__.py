"""Every read of dispatch that is more than a get."""

from dispatch.selectors.bidding import Wanted, bids_of, wanted, wanted_orders
from dispatch.selectors.board import Board, board
from dispatch.selectors.hall import SORTS, Card, Hall, card, hall, waiting_for
from dispatch.selectors.offers import OfferCard, offer_card, offers_paused, open_offer
from dispatch.selectors.people import blocks_of, favourites_of, standing
from dispatch.selectors.ways import Ways, in_hall, kinds_with, ways

__all__ = [
    "SORTS",
    "Board",
    "Card",
    "Hall",
    "OfferCard",
    "Wanted",
    "Ways",
    "bids_of",
    "blocks_of",
    "board",
    "card",
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
    "ways",
]
