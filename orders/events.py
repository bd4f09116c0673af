"""Events of orders: what has happened to an order, not what a courier did on the way (`delivery.events`)."""

from core.events import Event


class OrderEvent(Event):
    """What all events of an order have."""

    order: int


class OrderPlaced(OrderEvent, name="orders.placed"):
    """An order was paid."""


class BidsWanted(OrderEvent, name="orders.bids_wanted"):
    """Couriers are asked for their prices, for the first time or again."""


class OrderHeld(OrderEvent, name="orders.held"):
    """An operator has to look at the order before a courier sees it."""

    review: int


class ReviewApproved(OrderEvent, name="orders.review_approved"):
    """An operator has looked at the order: it may be carried."""


class OrderReleased(OrderEvent, name="orders.released"):
    """A courier is looked for now: at once, or when a booked order's time has come."""


class OrderAccepted(OrderEvent, name="orders.accepted"):
    """A courier has taken the order."""


class OrderUnassigned(OrderEvent, name="orders.unassigned"):
    """The order's courier was taken off before the pickup."""


class OrderPickedUp(OrderEvent, name="orders.picked_up"):
    """The courier has the goods."""


class OrderAtRelay(OrderEvent, name="orders.at_relay"):
    """The goods lie on the shelf of a relay station."""


class OrderDelivered(OrderEvent, name="orders.delivered"):
    """The goods were handed over at the door."""

    how: str  # code, photo, …


class OrderCompleted(OrderEvent, name="orders.completed"):
    """The customer has confirmed the receipt, or had the time to."""


class OrderExpired(OrderEvent, name="orders.expired"):
    """Nobody has paid in time."""


class OrderCancelled(OrderEvent, name="orders.cancelled"):
    """The order has ended without a delivery: cancelled, or its goods were written off."""

    fee_fen: int
    refund_fen: int
    was: str  # the status before
    by: str  # the role of who ended it; system: nobody accepted in the time that the customer gave


class OrderReturning(OrderEvent, name="orders.returning"):
    """The goods cannot be handed over and go back."""


class OrderReturned(OrderEvent, name="orders.returned"):
    """The goods are back where they came from."""


class AddressChanged(OrderEvent, name="orders.address_changed"):
    """The customer has changed where it goes."""


class TipAdded(OrderEvent, name="orders.tip_added"):
    """The customer has added a tip."""

    fen: int


class OrderUrged(OrderEvent, name="orders.urged"):
    """The customer has asked the courier to hurry."""


class PromiseExtended(OrderEvent, name="orders.promise_extended"):
    """A later delivery time was promised."""

    minutes: int


class GoodsBought(OrderEvent, name="orders.goods_bought"):
    """The courier has bought the goods within the budget."""

    fen: int


class OverBudgetAsked(OrderEvent, name="orders.over_budget_asked"):
    """The goods cost more than the budget: the customer is asked."""

    extra_fen: int


class OverBudgetAnswered(OrderEvent, name="orders.over_budget_answered"):
    """The customer has said yes or no to the higher cost."""

    agreed: bool
    cost_fen: int
