"""Tickets that settle themselves: the order has moved on, and there is nothing left to do about them.

When a ticket becomes obsolete stands in its type (`ExceptionType.obsolete_on`).
"""

from core.events import subscribe
from delivery.events import GoodsFound, LegAssigned
from delivery.models import Leg
from exceptions.detection.alarms import OVERDUE, SLIPS
from exceptions.library.loading import known_types
from exceptions.models import UNRESOLVED, ExceptionType, Ticket, TicketStatus
from exceptions.rulings.selectors import owed
from exceptions.tickets.lifecycle import Audience, lock_ticket, order_for_update, save_transition
from exceptions.tickets.services.handling import dismiss, resolve
from exceptions.tickets.services.reporting import report
from orders.events import (
    OrderAccepted,
    OrderAtRelay,
    OrderCancelled,
    OrderCompleted,
    OrderDelivered,
    OrderEvent,
    OrderPickedUp,
    OrderReturned,
    OrderUnassigned,
)
from orders.models import Order

Event = ExceptionType.Event

# What has happened: how types name it in `obsolete_on`, and why their tickets are resolved (a key of log.REASONS).
MOVED_ON = {
    OrderAccepted: (Event.ACCEPTED, "found_courier"),
    OrderUnassigned: (Event.UNASSIGNED, "looking_again"),
    OrderPickedUp: (Event.PICKED_UP, "moved_on"),
    OrderAtRelay: (Event.AT_RELAY, "moved_on"),
    GoodsFound: (Event.FOUND, "found_again"),
}
ENDED = {OrderCancelled: "cancelled", OrderReturned: "returned"}


def resolve_obsolete(*, order: Order, event: str, why: str) -> int:
    """Resolve the order's tickets that this event makes obsolete. `why` is a key of log.REASONS. Returns how many."""
    tickets = _obsolete(order, event)
    for ticket in tickets:
        resolve(ticket=ticket, actor=None, resolution=why)
    return len(tickets)


def resolve_ended(*, order: Order, why: str) -> int:
    """The order is over without a delivery: what was about its way is obsolete, and an alarm about which nobody has
    done anything yet was a false one. What is about goods, money and conduct stays. Returns how many."""
    order_for_update(order.pk)
    tickets = _obsolete(order, Event.ENDED)
    for ticket in tickets:
        if ticket.status == TicketStatus.OPEN and ticket.type.group == ExceptionType.Group.TIME:
            dismiss(ticket=ticket, actor=None, reason=why)
        else:
            resolve(ticket=ticket, actor=None, resolution=why)
    return len(tickets)


def _obsolete(order: Order, event: str) -> list[Ticket]:
    unresolved = Ticket.objects.filter(order=order, status__in=UNRESOLVED).select_related("type")
    return [ticket for ticket in unresolved.order_by("pk") if event in ticket.type.obsolete_on]


def note_delivered(*, ticket: Ticket) -> None:
    """Write into a late order's ticket that it has arrived, and how late: what is owed is fixed from here on."""
    with lock_ticket(ticket.pk) as ticket:
        if ticket.is_unresolved and not ticket.events.filter(kind="delivered").exists():
            late = int(ticket.order.lateness().total_seconds() // 60)
            save_transition(ticket, "delivered", data={"minutes_late": late}, audience=Audience.EVERYONE)


# -- What happens to orders ----------------------------------------------------------------------------------


def _order(event: OrderEvent | GoodsFound | LegAssigned) -> Order:
    return Order.objects.get(pk=event.order)


@subscribe(*MOVED_ON)
def order_moved_on(event: OrderEvent | GoodsFound) -> None:
    """Resolve what this makes obsolete."""
    obsolete_on, why = MOVED_ON[type(event)]
    resolve_obsolete(order=_order(event), event=obsolete_on, why=why)


@subscribe(LegAssigned)
def leg_assigned(event: LegAssigned) -> None:
    """Somebody goes on from the relay station: resolve what this makes obsolete. The first leg is the order's own news."""
    if Leg.objects.get(pk=event.leg).from_shelf:
        resolve_obsolete(order=_order(event), event=Event.ACCEPTED, why="found_courier")


@subscribe(OrderDelivered)
def order_delivered(event: OrderDelivered) -> None:
    """Resolve what this makes obsolete. Lateness is not over with the delivery: what the customer gets for it is
    still to be decided."""
    order = _order(event)
    resolve_obsolete(order=order, event=Event.DELIVERED, why="delivered")
    overdue = _overdue_ticket(order)
    if overdue is None:
        return
    overdue.order = order
    if owed(overdue) == 0:
        resolve(ticket=overdue, actor=None, resolution="nothing_owed")
    else:
        note_delivered(ticket=overdue)


@subscribe(OrderCompleted)
def order_completed(event: OrderCompleted) -> None:
    """Resolve what the customer's own word makes obsolete: not what the clock completed."""
    order = _order(event)
    if order.history.filter(action="complete", actor=order.customer_id).exists():
        resolve_obsolete(order=order, event=Event.CONFIRMED, why="confirmed")


def _overdue_ticket(order: Order) -> Ticket | None:
    """The order's unresolved ticket for being late. Delivered late without ever having had one (a clock that jumped, a
    scanner that stood still), it gets it now: what its customer is owed does not depend on the scanner's luck."""
    tickets = Ticket.objects.filter(order=order, type=OVERDUE.name)
    if (
        order.lateness() > SLIPS
        and not tickets.exists()
        and known_types([OVERDUE.name])[OVERDUE.name].is_active
    ):
        return report(order=order, type=OVERDUE.name, source=Ticket.Source.SCANNER)
    return tickets.filter(status__in=UNRESOLVED).first()


@subscribe(*ENDED)
def order_ended(event: OrderEvent) -> None:
    """Settle what was about the order's way."""
    resolve_ended(order=_order(event), why=ENDED[type(event)])
