"""Who on duty could carry an order now, as the app that knows the couriers tells it: dispatch calls `provide` when Django is
ready."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from campus.models import Place
from core import clock
from orders.models import Order, Status
from orders.requests import ErrandRequest


@dataclass(frozen=True)
class Availability:
    """`free` couriers on duty may take it now, `busy` others as soon as they have a hand free. With neither, `reason` says
    why in a sentence for the customer.

    `station`: where it waits when it goes by a relay station; `onward` couriers on duty may take it from there to the door.
    `shift_at`: from when couriers who may carry it are on the shift plan, `shift_couriers` of them. `usual_minutes`: the
    median time until somebody accepted, at this hour on the days before, of `usual_orders` orders; None when those are
    too few.
    """

    free: int
    busy: int
    reason: str = ""
    station: Place | None = None
    onward: int = 0
    shift_at: datetime | None = None
    shift_couriers: int = 0
    usual_minutes: int | None = None
    usual_orders: int = 0

    @property
    def able(self) -> int:
        """Who may carry it, with full hands or not."""
        return self.free + self.busy

    @property
    def is_nobody(self) -> bool:
        return not self.able

    @property
    def stops_at_station(self) -> bool:
        """It would lie in the station: nobody on duty may take it on."""
        return self.station is not None and not self.onward


_find: Callable[[Order], Availability] | None = None


def provide(find: Callable[[Order], Availability]) -> Callable[[Order], Availability]:
    """Decorator for an app above: `find` answers for an order, which may be one that is not saved yet."""
    global _find
    _find = find
    return find


def of_order(order: Order) -> Availability | None:
    """While a courier is looked for, for its first or its second leg; else None."""
    if _find is None or not (order.is_looked_for or order.status == Status.AT_RELAY):
        return None
    return _find(order)


def of_bids(order: Order) -> Availability | None:
    """Of an errand whose customer asks for prices."""
    return _find(order) if _find and order.wants_bids else None


def of_request(request: ErrandRequest, customer: User) -> Availability | None:
    """Of an errand that is being put together; None for one that is booked: who will be on duty then nobody knows."""
    if _find is None or request.dropoff is None or request.window_start:
        return None
    return _find(
        Order(
            campus=request.campus, customer=customer, kind=request.kind, pickup=request.pickup,
            dropoff=request.dropoff, details=request.details, goods_value_fen=request.goods_value_fen,
            budget_fen=request.budget_fen, gender_wanted=request.gender_wanted,
            bids_until=clock.now() if request.asks_bids else None,
        )
    )  # fmt: skip
