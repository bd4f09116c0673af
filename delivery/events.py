"""Events of legs, and of goods on the way."""

from core.events import Event


class LegEvent(Event):
    """What all events of a leg that moved have."""

    leg: int
    order: int
    courier: int | None
    reason: str = ""


class LegAssigned(LegEvent, name="delivery.leg_assigned"):
    """A courier has the leg: taken, offered and accepted, or given by an operator."""


class LegAtPickup(LegEvent, name="delivery.leg_at_pickup"):
    """The courier is where the goods are to be fetched."""


class LegPickedUp(LegEvent, name="delivery.leg_picked_up"):
    """The courier has the goods."""


class LegAtDropoff(LegEvent, name="delivery.leg_at_dropoff"):
    """The courier is at the door."""


class LegDone(LegEvent, name="delivery.leg_done"):
    """The goods were delivered, or put on the shelf of a relay station."""


class DeliveredFarAway(LegEvent, name="delivery.delivered_far_away"):
    """The courier says that it was left at the door, and was somewhere else by their phone's position."""

    metres: int


class ScannedElsewhere(LegEvent, name="delivery.scanned_elsewhere"):
    """Goods were to be put on, or taken from, the shelf of another relay station than theirs; it was refused."""

    station: int


class LegReleased(LegEvent, name="delivery.leg_released"):
    """The courier has given the leg back."""

    free: bool  # within the first minute


class LegWithdrawn(LegEvent, name="delivery.leg_withdrawn"):
    """An operator has taken the leg off its courier."""


class LegTransferred(LegEvent, name="delivery.leg_transferred"):
    """One courier has handed the goods to another on the way."""

    giver: int
    taker: int


class RescueBegun(LegEvent, name="delivery.rescue_begun"):
    """Another courier, whose leg it is, sets out to fetch the goods of a first one (`giver`)."""

    giver: int
    rescue: int


class RescueCollected(LegEvent, name="delivery.rescue_collected"):
    """That courier has the goods: by the first one's code (`scanned`), or found where they lay."""

    giver: int
    rescue: int
    scanned: bool


class RescueEnded(LegEvent, name="delivery.rescue_ended"):
    """Nobody fetches them after all: the first courier, whose leg it is, goes on. `outcome` as in `delivery.Rescue`."""

    rescue: int
    taker: int
    outcome: str
    fee_fen: int
    by_operator: bool


class LegTurnedBack(LegEvent, name="delivery.leg_turned_back"):
    """The goods cannot be handed over: the courier takes them back."""


class LegBroughtBack(LegEvent, name="delivery.leg_brought_back"):
    """The goods are back where they were fetched."""


class LegCancelled(LegEvent, name="delivery.leg_cancelled"):
    """The leg is not needed any more."""


class LegFailed(LegEvent, name="delivery.leg_failed"):
    """The leg has ended because its goods are gone."""

    paid: bool


class LegHeld(Event, name="delivery.leg_held"):
    """The goods of a leg from a shelf are not there: it waits until they are found."""

    leg: int
    version: int
    courier_under_way: int | None  # the courier who was on the way to the shelf


class LegChanged(Event, name="delivery.leg_changed"):
    """An open leg goes elsewhere than it was offered with."""

    leg: int


class PhotoWaiverAsked(LegEvent, name="delivery.photo_waiver_asked"):
    """A courier at the door asks to deliver without a photo."""


class PhotoWaiverGiven(LegEvent, name="delivery.photo_waiver_given"):
    """A supervisor has allowed it."""


class GoodsMissing(Event, name="delivery.goods_missing"):
    """Goods that were checked in are not on the shelf."""

    order: int
    item: int
    by: int


class GoodsFound(Event, name="delivery.goods_found"):
    """Missing goods were found again."""

    order: int
    item: int
