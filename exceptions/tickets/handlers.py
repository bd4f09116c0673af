"""What follows when a ticket is opened or changed: pages are refreshed, and people are told."""

from collections import Counter
from datetime import timedelta

from django.db.models import Exists, OuterRef

from core import realtime
from core.events import subscribe
from exceptions.clocks import projection
from exceptions.detection.alarms import STALLED
from exceptions.events import (
    ActionRun,
    ActionUndone,
    AlarmsRepeated,
    TicketChanged,
    TicketLogged,
    TicketReopened,
    TicketResolved,
    TicketsOpened,
)
from exceptions.models import UNRESOLVED, Ticket, TicketEvent
from exceptions.tickets import notifications
from exceptions.tickets.lifecycle import join_case, lock_ticket, publish
from exceptions.tickets.selectors import holding_pay, plainly_late
from notifications.services import notify_all
from orders.services.completion import holds_completion
from telephony.events import CallChanged
from telephony.services import end_bindings

# Of the (up to a hundred) tickets that one event names, so many are published to a campus's consoles.
LOUD_PER_CAMPUS = 10
SAME_NEWS = timedelta(minutes=1)

holds_completion(holding_pay)


def _opened(event: TicketsOpened) -> list[Ticket]:
    """One event may name a hundred tickets."""
    return list(
        Ticket.objects.filter(pk__in=event.tickets)
        .select_related("type", "order__customer", "order__campus", "courier__user", "compensation_rule")
        .order_by("pk")
    )


@subscribe(TicketsOpened)
def publish_opened(event: TicketsOpened) -> None:
    """Refresh the consoles, before anybody is notified: the alert waits for no letter to a person, nor for its luck.

    A console fetches its whole queue at any message: in a storm the gravest tickets stand for the others, and the last
    of them says how many those are.
    """
    tickets = sorted(_opened(event), key=lambda ticket: (ticket.severity, ticket.pk))
    of_campus, published = Counter(ticket.campus_id for ticket in tickets), Counter[int]()
    for ticket in tickets:
        published[ticket.campus_id] += 1
        loud, last = (
            published[ticket.campus_id] <= LOUD_PER_CAMPUS,
            published[ticket.campus_id] == LOUD_PER_CAMPUS,
        )
        more = of_campus[ticket.campus_id] - LOUD_PER_CAMPUS if last else 0
        publish(ticket, new=True, more=more, console=loud, send=realtime.broadcast_now)


@subscribe(TicketsOpened)
def freeze_clocks(event: TicketsOpened) -> None:
    """Freeze onto the scanner's tickets what their clocks go by, and the due times that follow."""
    projection.freeze_opened(event.tickets)


@subscribe(TicketsOpened)
def tell_of_opened(event: TicketsOpened) -> None:
    """Notify the people concerned."""
    tickets = _opened(event)
    late = plainly_late([ticket.order_id for ticket in tickets if ticket.type_id in STALLED.types.values()])
    letters = []
    for ticket in tickets:
        if ticket.type_id not in STALLED.types.values() or ticket.order_id not in late:
            letters += notifications.opened(ticket)
    notify_all(letters)


@subscribe(TicketsOpened)
def give_to_handler(event: TicketsOpened) -> None:
    """Give a new ticket to whoever handles its case. What is graver than all of that stays unclaimed, to be seen."""
    new = Ticket.objects.filter(pk__in=event.tickets, assignee=None, status__in=UNRESOLVED)
    handled = Ticket.objects.filter(
        order=OuterRef("order"),
        status__in=UNRESOLVED,
        assignee__isnull=False,
        severity__lte=OuterRef("severity"),
    )
    for pk in list(new.filter(Exists(handled)).order_by("order", "pk").values_list("pk", flat=True)):
        with lock_ticket(pk) as ticket:
            join_case(ticket)


@subscribe(AlarmsRepeated)
def publish_repeated(event: AlarmsRepeated) -> None:
    """Refresh the open pages."""
    for ticket in Ticket.objects.filter(pk__in=event.tickets).select_related(
        "type", "order__customer", "courier__user"
    ):
        publish(ticket)


@subscribe(ActionRun, TicketChanged, TicketResolved, TicketReopened, ActionUndone)
def tell_of_entry(event: TicketLogged) -> None:
    """Notify those whom the entry concerns."""
    entry = TicketEvent.objects.select_related(
        "actor", "ticket__type", "ticket__order__customer", "ticket__courier__user"
    ).get(pk=event.entry)
    notifications.entry_written(entry)


@subscribe(TicketChanged)
def tell_supervisors(event: TicketChanged) -> None:
    """Notify supervisors of clocks that ran out, and of a promise that was missed (unless that is the same news)."""
    entry = TicketEvent.objects.select_related("ticket__type").get(pk=event.entry)
    if entry.kind == "clock_missed":
        notify_all(notifications.missed_clocks(entry))
    elif entry.kind == "promise_missed" and "with" not in entry.data:  # one apology a case
        since = entry.at - SAME_NEWS
        if not entry.ticket.events.filter(kind="clock_missed", at__gte=since, at__lte=entry.at).exists():
            notify_all(notifications.missed_promise(entry))


@subscribe(TicketResolved)
def end_masked_numbers(event: TicketResolved) -> None:
    """End the number bindings of the ticket."""
    end_bindings(ticket_no=Ticket.objects.values_list("no", flat=True).get(pk=event.ticket))


@subscribe(CallChanged)
def publish_call(event: CallChanged) -> None:
    """Refresh the pages of the order's open tickets: the call stands on their timeline."""
    for ticket in Ticket.objects.filter(order__no=event.order, status__in=UNRESOLVED).select_related(
        "type", "order__customer", "courier__user"
    ):
        publish(ticket)
