"""How a change of a ticket is written: order locked first, then the ticket; saved, logged, told, published.

with lock_ticket(ticket.pk) as ticket:
    ticket.work()
    save_transition(ticket, "claimed", actor=…)
"""

from collections.abc import Iterator
from contextlib import contextmanager

from accounts.models import Actor
from accounts.permissions import is_operator
from core import clock, outbox, realtime
from core.db import for_update
from core.errors import NotAllowed
from core.fsm import transitions
from exceptions.clocks import projection
from exceptions.detection.alarms import alarm_of, repeat_after
from exceptions.escalation import projection as escalations
from exceptions.events import TicketChanged, TicketLogged
from exceptions.models import News, Party, Ticket, TicketEvent, TicketStatus
from orders.models import Order
from orders.services import completion

Audience = TicketEvent.Audience


@contextmanager
def lock_ticket(ticket_pk: int) -> Iterator[Ticket]:
    """The ticket with its order (`ticket.order`), both locked until the block commits."""
    with transitions():
        order_pk = Ticket.objects.values_list("order_id", flat=True).get(pk=ticket_pk)
        order = order_for_update(order_pk)
        ticket = (
            for_update(Ticket.objects.filter(pk=ticket_pk))
            .select_related(
                "type", "campus", "leg", "courier__user", "assignee", "reporter", "compensation_rule"
            )
            .get()
        )
        ticket.order = order
        yield ticket


def order_for_update(order_pk: int) -> Order:
    """The order, locked. Whoever changes a ticket holds its order first, and so has no one to wait for after."""
    return for_update(Order.objects.filter(pk=order_pk)).select_related("campus", "customer").get()


def save_transition(
    ticket: Ticket,
    action: str,
    *,
    actor: Actor = None,
    role: str = "",
    text: str = "",
    data: dict | None = None,
    event: type[TicketLogged] = TicketChanged,
    audience: str = Audience.OPERATORS,
    key: str | None = None,
    undoes: TicketEvent | None = None,
) -> TicketEvent:
    """Save a changed ticket with an entry in its log and an event that names the entry, and publish it. Its due times, and
    those of its escalation, are worked out anew from the log.

    What a party did stands out on the operators' pages (`News`) until one of them does something about the ticket.
    """
    role = role or role_of(ticket, actor)
    is_news = action in News.values and role != "operator"
    if is_news or role == "operator":
        ticket.news = action if is_news else ""
    entry = TicketEvent(
        ticket=ticket,
        at=clock.now(),
        kind=action,
        actor=actor,
        role=role,
        text=text[:500],
        data=data or {},
        audience=audience,
        key=key,
        undoes=undoes,
    )
    entries = [*ticket.events.order_by("at", "pk"), entry]
    clocks = projection.project(ticket, entries, entry.at)
    ticket.version += 1
    ticket.save()
    entry.save()
    escalations.project(ticket, entries, clocks)
    outbox.emit(event(ticket=ticket.pk, order=ticket.order_id, entry=entry.pk))
    publish(ticket, news=is_news)
    return entry


def role_of(ticket: Ticket, actor: Actor) -> str:
    """In which part somebody acts on this ticket."""
    if actor is None:
        return "system"
    if actor.pk == ticket.order.customer_id:
        return Party.CUSTOMER
    if ticket.courier and actor.pk == ticket.courier.user_id:
        return Party.COURIER
    return "operator"


def publish(
    ticket: Ticket, *, new: bool = False, news: bool = False, more: int = 0, console: bool = True, send=None
) -> None:
    """Tell the open pages to fetch it anew: the console's, the ticket's own, and those of the people who may see it.

    `more`: as many other new tickets are not published to the console, and are counted with this one.
    """
    groups = [f"ticket.{ticket.no}", *(f"user.{user.pk}" for _, user in people(ticket))]
    if console:
        groups.insert(0, f"console.{ticket.campus_id}")
    (send or realtime.broadcast)(
        groups, "ticket", id=ticket.no, v=ticket.version, new=new, news=news, more=more
    )


def people(ticket: Ticket) -> list[tuple[Party, object]]:
    """The parties who are told of this ticket as it goes: whom its type names, whoever reported it."""
    order, told = ticket.order, []
    if ticket.type.tell_customer or ticket.reporter_id == order.customer_id:
        told.append((Party.CUSTOMER, order.customer))
    if ticket.courier and (ticket.type.tell_courier or ticket.reporter_id == ticket.courier.user_id):
        told.append((Party.COURIER, ticket.courier.user))
    return told


def require_operator(ticket: Ticket, actor: Actor, *roles: str) -> None:
    """Raises NotAllowed unless the actor operates the ticket's campus (in one of `roles`)."""
    if not is_operator(actor, ticket.campus_id, *roles):
        raise NotAllowed


def take_up(ticket: Ticket, actor: Actor) -> None:
    """An operator who does something about a ticket is handling it."""
    if actor is None or not ticket.is_unresolved:
        return
    if ticket.status in (TicketStatus.OPEN, TicketStatus.REOPENED):
        ticket.work()
    ticket.assignee = ticket.assignee or actor


def after_settlement(ticket: Ticket) -> None:
    """What follows when a ticket has left the queue, whichever way.

    An order that is still late must not be forgotten: its alarm, which went off for this ticket, is set again. And what
    the ticket held back of the courier's pay is let go.
    """
    order = ticket.order
    alarm = alarm_of(ticket.type_id, order.status)
    if alarm and getattr(order, alarm.field) is None:
        setattr(order, alarm.field, clock.now() + repeat_after(alarm, ticket.campus_id))
        order.save(update_fields=[alarm.field])
    completion.recheck_release(order)
