"""Complaints of virtual students, and the virtual operator who answers tickets that concern virtual people only."""

import logging
from datetime import datetime, timedelta
from random import Random

from django.db.models import Q

from core import clock
from core.errors import DomainError
from exceptions.actions import ACTIONS, run_action
from exceptions.models import UNRESOLVED, Ticket
from exceptions.tickets import services as exceptions
from orders.models import Order, Status
from simulation.people import virtual_operator
from simulation.pictures import parcel

logger = logging.getLogger(__name__)

COMPLAINTS = [
    ("goods_damaged", "盒子被压扁了，里面的东西碎了", "compensate"),
    ("goods_missing", "少了一件，单子上写的是两件", "compensate"),
    ("other", "等了很久，打电话也没人接", "other"),
]
# In the demo a visitor has so long to handle a ticket before the virtual colleague does; never a real person's.
PATIENCE = timedelta(minutes=12)
# When nobody has come so long after the promise, nobody will.
GIVE_UP = timedelta(minutes=20)


def complain(*, order: Order, rng: Random) -> None:
    """The customer reports something about what was delivered."""
    code, words, wish = rng.choice(COMPLAINTS)
    exceptions.report(
        order=order, type=code, source=Ticket.Source.CUSTOMER, actor=order.customer, description=words, requested_remedy=wish,
        photos=[parcel()],
    )  # fmt: skip


def answer(campus, rng: Random, now: datetime, *, patient: bool) -> None:
    """Handle what has waited long enough. Where visitors are, the tickets of people who are not virtual are theirs."""
    waited = now - (PATIENCE if patient else timedelta(minutes=rng.randint(2, 9)))
    tickets = Ticket.objects.filter(
        Q(assignee=None, opened_at__lte=waited) | Q(assignee__is_virtual=True),
        campus=campus,
        status__in=UNRESOLVED,
    ).select_related("order__customer", "type", "courier__user", "campus", "assignee")
    if patient:
        tickets = tickets.filter(order__customer__is_virtual=True)
    for ticket in tickets.order_by("opened_at")[:10]:
        if ticket.assignee_id and ticket.order.is_live and now < ticket.order.promised_at + GIVE_UP:
            continue  # in hand: the order is watched until it has arrived
        try:
            _handle(ticket, virtual_operator())
        except DomainError as error:
            logger.info("virtual operator could not handle %s: %s", ticket.no, error)


def _handle(ticket: Ticket, operator) -> None:
    order = ticket.order
    if ticket.assignee_id is None:
        exceptions.claim(ticket=ticket, actor=operator)
    if order.status == Status.PLACED and clock.now() >= order.promised_at + GIVE_UP:
        _step(ticket, "cancel_order", {"text": "附近没有合适的骑手，已全额退款"}, operator)
    elif order.is_live:
        if order.status in (Status.PLACED, Status.ACCEPTED) and ticket.type.group == "time":
            _step(ticket, "reassign", {"bonus": "1", "text": "久未推进"}, operator)
        if order.promised_at <= clock.now():
            _step(ticket, "extend_promise", {"minutes": "10", "text": "路上耽搁"}, operator)
        return
    else:
        _step(ticket, "compensate", {}, operator)
    ticket.refresh_from_db()
    if ticket.is_unresolved:
        exceptions.resolve(ticket=ticket, actor=operator, resolution="已处理，并告知双方")


def _step(ticket: Ticket, name: str, data: dict, operator) -> None:
    """Take a step as the console would: its form filled in with what it suggests, unless `data` says otherwise."""
    step = ACTIONS[name]
    ticket.refresh_from_db()
    if step.available(ticket, operator):
        return
    blank = step.form(ticket)
    suggested = {key: blank.get_initial_for_field(field, key) for key, field in blank.fields.items()}
    filled = {
        key: blank[key].field.prepare_value(value)
        for key, value in (suggested | data).items()
        if key in blank.fields
    }
    form = step.form(ticket, filled)
    if form.is_valid():
        key = f"virtual:{name}:{ticket.version}"
        run_action(ticket=ticket, action=name, params=form.cleaned_data, actor=operator, key=key)
