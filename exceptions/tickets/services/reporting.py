"""Reporting exceptions: the one way in, besides the scanner's own."""

from collections.abc import Iterable
from datetime import datetime

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Actor
from accounts.permissions import is_operator
from core import clock, outbox
from core.db import for_update
from core.errors import Invalid, NotAllowed, WrongState
from couriers.models import Courier
from delivery.models import Leg, LegStatus
from exceptions.clocks import projection
from exceptions.events import TicketsOpened
from exceptions.library.loading import known_types
from exceptions.models import (
    PENDING,
    CompensationRule,
    Evidence,
    ExceptionType,
    Party,
    Ticket,
    TicketEvent,
)
from exceptions.tickets import selectors
from exceptions.tickets.lifecycle import (
    audience_of,
    order_for_update,
    people,
    publish,
    role_of,
    save_transition,
)
from orders import lifecycle as order_lifecycle
from orders.models import Order

Source = Ticket.Source
MAX_PHOTOS = 6


@transaction.atomic
def report(
    *,
    order: Order,
    type: str | ExceptionType,
    source: str,
    actor: Actor = None,
    description: str = "",
    requested_remedy: str = "",
    photos: Iterable[File] = (),
    leg: Leg | None = None,
    courier: Courier | None = None,
    data: dict | None = None,
    now: datetime | None = None,
    on_behalf_of=None,
) -> Ticket:
    """Open a ticket about an order. If one of the type is unresolved already (perhaps merged), this joins it as evidence.

    `photos` are clean (`core.images.clean_photo`). Leg and courier are those concerned: without a leg the ones that
    have the order in hand, or had it last; a leg without a courier concerns no courier. An operator may report
    `on_behalf_of` a party, who is told then. Raises NotAllowed and Invalid, with a sentence for the one who reports.
    """
    now = now or clock.now()
    order, photos = order_for_update(order.pk), list(photos)
    of_type = _known(type)
    if leg is None:
        leg = selectors.leg_concerned(order)
        courier = courier or (leg.courier if leg else None)
    if source in (Source.CUSTOMER, Source.COURIER, Source.OPERATOR):
        _check(order, of_type, source, actor, leg, courier, photos, now)
    existing = (
        for_update(Ticket.objects.filter(PENDING, order=order, type=of_type))
        .select_related("type", "courier__user", "campus")
        .first()
    )
    if existing:
        existing.order = order
        return _join(existing, actor, source, description, requested_remedy, photos, data, on_behalf_of)
    ticket = Ticket(
        campus=order.campus,
        order=order,
        leg=leg,
        courier=courier,
        type=of_type,
        compensation_rule=CompensationRule.objects.live()
        .filter(campus=order.campus_id, type=of_type)
        .first(),
        severity=of_type.severity,
        source=source,
        reporter=on_behalf_of or actor,
        description=description[:500],
        requested_remedy=requested_remedy,
        opened_at=now,
    )
    projection.project(ticket, [], now)
    ticket.save()
    TicketEvent.objects.create(
        ticket=ticket,
        at=now,
        kind="opened",
        actor=actor,
        role=role_of(ticket, actor),
        text=description[:500],
        data=data or {},
        audience=_audience(ticket),
    )
    _keep(ticket, actor, photos, now)
    order_lifecycle.add_history(
        order, "ticket_opened", machine="ticket", actor=actor, role=role_of(ticket, actor),
        data={"ticket": ticket.no, "type": of_type.code},
    )  # fmt: skip
    order_lifecycle.bump_version(order)
    outbox.emit(TicketsOpened(tickets=(ticket.pk,)))
    publish(ticket, new=True)
    return ticket


def _known(type: str | ExceptionType) -> ExceptionType:
    code = getattr(type, "pk", type)
    try:
        return known_types([code])[code]
    except KeyError:
        raise Invalid(_("There is no such kind of problem.")) from None


def _check(order, of_type, source, actor: Actor, leg, courier, photos, now) -> None:
    """May this person report this of this order, and is what it needs there?"""
    if source == Source.OPERATOR:
        if not is_operator(actor, order.campus_id):
            raise NotAllowed
    else:
        person = order.customer_id if source == Source.CUSTOMER else courier and courier.user_id
        if actor.pk != person:
            raise NotAllowed
        if source == Source.COURIER and leg.status in (LegStatus.RELEASED, LegStatus.CANCELLED):
            raise WrongState(_("This job is not yours any more."))
        if not selectors.fits(of_type, order, Party(source), now):
            raise WrongState(_("This cannot be reported of the order as it stands."))
        if of_type.photo_required and not photos:
            raise Invalid(_("Please add a photo: it is needed for this."), code="photo_required")
    if not of_type.is_active:
        raise Invalid(_("There is no such kind of problem."))
    if len(photos) > MAX_PHOTOS:
        raise Invalid(_("At most %(n)s photos.") % {"n": MAX_PHOTOS})


def _join(ticket, actor: Actor, source, description, requested_remedy, photos, data, on_behalf_of) -> Ticket:
    """A second report of the same thing: evidence for the ticket that is there."""
    ticket.requested_remedy = ticket.requested_remedy or requested_remedy
    said_by = on_behalf_of or (actor if source != Source.OPERATOR else None)
    if ticket.reporter_id is None and said_by is not None:
        # The scanner was first: now there is somebody who said so, and who wants to hear of it.
        ticket.reporter, ticket.description = said_by, description[:500]
    _keep(ticket, actor, photos, clock.now())
    save_transition(ticket, "joined", actor=actor, text=description, data=data, audience=_audience(ticket))
    return ticket


def _keep(ticket: Ticket, actor: Actor, photos: list[File], now: datetime) -> None:
    for photo in photos:
        Evidence.objects.create(ticket=ticket, by=actor, image=photo, created_at=now)


def _audience(ticket: Ticket) -> str:
    """Words of a report are read by those who are told of the ticket, and by nobody else."""
    return audience_of({party for party, _user in people(ticket)})
