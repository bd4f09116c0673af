"""Reading tickets."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import Case, Count, F, Q, QuerySet, When
from django.db.models.functions import Least
from django.http import Http404

from core import clock
from couriers.models import Courier
from delivery.models import CARRIED, Leg, LegStatus
from exceptions.detection.alarms import OVERDUE, STALLED
from exceptions.models import PENDING, UNRESOLVED, ExceptionType, Party, Ticket, TicketEvent, TicketStatus
from exceptions.tickets.merges import duplicates_of, lead_of
from orders.models import Order, Status

Audience = TicketEvent.Audience
# A party or an operator may have a settled ticket taken up again for so long.
REOPEN_WITHIN = timedelta(days=7)
_SHOWN_TO_PARTIES = ("type", "leg", "compensation_rule", "assignee", "merged_into")
# How far an order has come, in the steps that the type library speaks of.
PROGRESS = {
    Status.PLACED: "placed",
    Status.ACCEPTED: "accepted",
    Status.PICKED_UP: "picked_up",
    Status.AT_RELAY: "picked_up",
    Status.RETURNING: "picked_up",
    Status.DELIVERED: "delivered",
    Status.COMPLETED: "delivered",
    Status.RETURNED: "delivered",
}
_STEPS = ["placed", "accepted", "picked_up", "delivered"]
# After this an order is history: what is wrong with it goes through support.
REPORT_DAYS = 7
# Reports of so long ago say what is likely; so many of them is worth that something can be true only from this stage on.
COUNTED = timedelta(days=60)
STAGE_START = 3


# -- The parties' view -------------------------------------------------------------------------------------


def next_due() -> Case:
    """`Ticket.next_due` as an expression: the clock that runs out next."""
    return Case(
        When(status=TicketStatus.WAITING_PARTY, then=F("answer_by")),
        When(responded_at__isnull=False, then=F("resolve_by")),
        default=Least("respond_by", "resolve_by"),
    )


def ticket_of(user, no: str) -> tuple[Ticket, Party]:
    """The ticket and in which part this person sees it. Not found for everyone else."""
    found = Ticket.objects.filter(no=no).select_related(
        "type",
        "order__campus",
        "order__customer",
        "order__dropoff",
        "order__pickup",
        "courier__user",
        "assignee",
    )
    ticket = found.first()
    party = ticket and party_of(ticket, user)
    if not party:
        raise Http404
    return ticket, party


def party_of(ticket: Ticket, user) -> Party | None:
    """Customer or courier of this ticket, if this person may see it: told of it, or asked or told something in it."""
    if user.pk == ticket.order.customer_id:
        party = Party.CUSTOMER
    elif ticket.courier and user.pk == ticket.courier.user_id:
        party = Party.COURIER
    else:
        return None
    return party if is_told(ticket, party) or ticket.events.filter(audience=party).exists() else None


def is_told(ticket: Ticket, party: Party) -> bool:
    """Whether this party is told of the ticket as it goes, by its type or because they reported it. A party who is
    not, but was asked something in it, sees that and nothing else."""
    if party == Party.CUSTOMER:
        return ticket.type.tell_customer or ticket.reporter_id == ticket.order.customer_id
    return ticket.type.tell_courier or ticket.reporter_id == ticket.courier.user_id


def log_for(ticket: Ticket, party: Party) -> list[TicketEvent]:
    """The entries that this party may read, oldest first."""
    audiences = [party, Audience.EVERYONE] if is_told(ticket, party) else [party]
    return list(ticket.events.filter(audience__in=audiences).select_related("actor", "undone_by"))


def tickets_for_customer(order: Order) -> list[Ticket]:
    """The order's tickets that its customer may see: the unresolved first, then the newest."""
    seen = Q(type__tell_customer=True) | Q(reporter=order.customer_id) | Q(events__audience=Audience.CUSTOMER)
    tickets = order.tickets.filter(seen).select_related(*_SHOWN_TO_PARTIES, "courier__user").distinct()
    for ticket in (found := list(tickets.order_by("-id"))):
        ticket.order = order
    return sorted(without_echoes(found), key=lambda ticket: not ticket.is_unresolved)


def tickets_of_customer(user) -> QuerySet[Ticket]:
    """All that this customer may see, the newest first."""
    seen = Q(type__tell_customer=True) | Q(reporter=user) | Q(events__audience=Audience.CUSTOMER)
    tickets = Ticket.objects.filter(seen, order__customer=user).select_related("type")
    return tickets.distinct().order_by("-id")


def tickets_for_courier(courier: Courier) -> QuerySet[Ticket]:
    """All that this courier may see, the newest first."""
    seen = Q(type__tell_courier=True) | Q(reporter=courier.user_id) | Q(events__audience=Audience.COURIER)
    tickets = courier.tickets.filter(seen).select_related(
        *_SHOWN_TO_PARTIES, "order__customer", "order__dropoff"
    )
    return tickets.distinct().order_by("-id")


def open_with(ticket: Ticket, party: Party) -> list[Ticket]:
    """All that is open about the ticket's order and that this party of it may see; a settled ticket stands by itself. A
    merged one is shown as what it was merged into, to those who may see that too."""
    lead = lead_of(ticket)
    if lead.pk != ticket.pk:
        person = (
            ticket.order.customer if party == Party.CUSTOMER or not ticket.courier else ticket.courier.user
        )
        return open_with(lead, party) if party_of(lead, person) == party else [ticket]
    if not ticket.is_unresolved:
        return [ticket]
    if party == Party.CUSTOMER or ticket.courier is None:
        return [one for one in tickets_for_customer(ticket.order) if one.is_unresolved]
    found = list(tickets_for_courier(ticket.courier).filter(order=ticket.order_id, status__in=UNRESOLVED))
    for one in found:
        one.order, one.courier = ticket.order, ticket.courier
    return without_echoes(found)


def with_duplicates(tickets: list[Ticket], party: Party, user) -> list[Ticket]:
    """These tickets, and what was merged into them and this party may see too: together they are one story."""
    merged = duplicates_of(tickets)
    return [*tickets, *(one for one in merged if party_of(one, user) == party)]


def without_echoes(tickets: Iterable[Ticket]) -> list[Ticket]:
    """The tickets but those for a stalled stage of an order that is plainly late: one trouble is shown once."""
    tickets = list(tickets)
    late = {ticket.order_id for ticket in tickets if ticket.type_id == OVERDUE.name and ticket.is_unresolved}
    stalled = set(STALLED.types.values())
    return [ticket for ticket in tickets if ticket.type_id not in stalled or ticket.order_id not in late]


def plainly_late(order_pks: Collection[int]) -> set[int]:
    """Which of these orders have an unresolved ticket for being late: that a stage stalls is no further news then."""
    overdue = Ticket.objects.filter(PENDING, order__in=order_pks, type=OVERDUE.name)
    return set(overdue.values_list("order_id", flat=True))


def holding_pay(order_pks: list[int]) -> set[int]:
    """Which of these orders have an unresolved ticket whose ruling could touch what was earned with them. One about
    lateness, about money in transit or about what is nobody's fault does not hold a courier's wages."""
    tickets = Ticket.objects.filter(
        PENDING,
        order__in=order_pks,
        courier__isnull=False,
        type__group__in=ExceptionType.CHARGEABLE,
        type__no_fault=False,
    ).exclude(leg__status=LegStatus.RELEASED)  # nothing was earned with what was given back
    return set(tickets.values_list("order_id", flat=True))


def reopenable(ticket: Ticket, now: datetime | None = None) -> bool:
    """Whether a settled ticket may still be taken up again."""
    return not ticket.resolved_at or (now or clock.now()) - ticket.resolved_at <= REOPEN_WITHIN


# -- Reporting ---------------------------------------------------------------------------------------------


def reportable_types(order: Order, party: Party, now: datetime | None = None) -> list[ExceptionType]:
    """What this party may report of the order as it stands, what is likeliest first: what was reported most on this campus
    lately, with a start for what can only be true by now."""
    now = now or clock.now()
    types = ExceptionType.objects.filter(is_active=True).order_by("position", "code")
    reports = Ticket.objects.filter(
        campus=order.campus_id, source=party, opened_at__gte=now - COUNTED, order__kind=order.kind
    )
    counts = dict(reports.order_by().values_list("type").annotate(n=Count("pk")))
    step = PROGRESS.get(order.status)

    def likelihood(one: ExceptionType) -> int:
        start = STAGE_START if one.report_from == step else one.report_from != ExceptionType.From.PLACED
        return counts.get(one.pk, 0) + start

    return sorted((one for one in types if fits(one, order, party, now)), key=lambda one: -likelihood(one))


def types_for_operator(order: Order) -> list[ExceptionType]:
    """What an operator may open a ticket for: all that can be true of the order as it stands, whoever may report it, but
    what the scanner finds by itself. What is about a courier needs one."""
    types = ExceptionType.objects.filter(is_active=True).exclude(detection=ExceptionType.Detection.SCANNER)
    has_courier = leg_concerned(order) is not None
    return [
        one
        for one in types.order_by("position", "code")
        if can_be_true(one, order) and (has_courier or one.group != ExceptionType.Group.COURIER)
    ]


def can_be_true(one: ExceptionType, order: Order) -> bool:
    """Whether it is of a kind that this type is about, and has come as far as that, and no further."""
    if one.kinds and order.kind not in one.kinds:
        return False
    progress = PROGRESS.get(order.status)
    if progress is None:  # never paid, or cancelled: only about money, and what fits nowhere else
        return one.group in (ExceptionType.Group.MONEY, ExceptionType.Group.OTHER)
    here = _STEPS.index(progress)
    return _STEPS.index(one.report_from) <= here <= _STEPS.index(one.report_until)


def fits(one: ExceptionType, order: Order, party: Party, now: datetime | None = None) -> bool:
    """Whether this party may report this type of the order as it stands."""
    if not (one.customer_may_report if party == Party.CUSTOMER else one.courier_may_report):
        return False
    ended = order.closed_at or order.delivered_at
    if ended and ended < (now or clock.now()) - timedelta(days=REPORT_DAYS):
        return False
    return can_be_true(one, order)


def leg_concerned(order: Order) -> Leg | None:
    """The leg in somebody's hands, or else the last one that was."""
    legs = order.legs.select_related("courier__user")
    carried = legs.filter(status__in=CARRIED).first()
    return carried or legs.filter(status=LegStatus.DONE).order_by("-ended_at").first()
