"""Events of the search for a courier."""

from core.events import Event


class OfferNotAccepted(Event, name="dispatch.offer_not_accepted"):
    """A courier has refused an offer, or not answered it."""

    offer: int
    legs: tuple[int, ...]


class BidPlaced(Event, name="dispatch.bid_placed"):
    """A courier has named a price, or another one."""

    bid: int


class ChosenBidWithdrawn(Event, name="dispatch.chosen_bid_withdrawn"):
    """The courier whose price the customer is about to pay cannot come."""

    bid: int
    version: int  # of the order


class BidWon(Event, name="dispatch.bid_won"):
    """The order is paid, and its job is the courier's whose price was chosen."""

    bid: int


class BidFailed(Event, name="dispatch.bid_failed"):
    """The order is paid, and the courier whose price was chosen cannot take it any more."""

    order: int
