"""The end of a good order: receipt confirmed by the customer, or by the clock; and, when nobody may complain any more,
what was earned with it."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

import payments.services as money
from accounts.models import Actor
from core import clock, files
from core.errors import NotAllowed
from core.personal_data import period
from orders.events import OrderCompleted
from orders.lifecycle import lock_order, save_transition
from orders.models import FINAL, Order, Photo, Status
from payments.reconciliation import frees_escrow
from telephony.retention import masked

COMPLETES_AFTER = timedelta(hours=24)
# So long after the end of an order what was earned with it stays on hold.
COMPLAINT_WINDOW = timedelta(hours=24)
# When money that a ticket holds is looked at again.
RECHECK_INTERVAL = timedelta(hours=1)
_holds: list[Callable[[list[int]], set[int]]] = []


def holds_completion(function: Callable[[list[int]], set[int]]) -> Callable:
    """Register who may hold an order open: a function from order pks to those with something unsettled that may
    still touch what was earned."""
    _holds.append(function)
    return function


def orders_on_hold(order_pks: list[int]) -> set[int]:
    """Which of these orders must not complete by themselves yet, nor release money."""
    return set().union(*(hold(order_pks) for hold in _holds)) if order_pks else set()


@frees_escrow
def settled_order_numbers(numbers: Collection[str]) -> set[str]:
    """Which of these orders (by number) are final with nothing unsettled: no money may be left in their escrow."""
    final = dict(Order.objects.filter(no__in=numbers, status__in=FINAL).values_list("pk", "no"))
    return {final[pk] for pk in final.keys() - orders_on_hold(list(final))}


def complete_order(*, order: Order, actor: Actor = None) -> Order:
    """The customer confirms receipt (`actor`), or the clock does (None). Confirming twice is confirming once."""
    with lock_order(order.pk) as order:
        if actor is not None and order.customer_id != actor.pk:
            raise NotAllowed
        if order.status == Status.COMPLETED:
            return order
        source = order.status
        order.complete()
        start_complaint_window(order)
        save_transition(
            order, "complete", source=source, actor=actor, role="customer" if actor else "system",
            event=OrderCompleted,
        )  # fmt: skip
    return order


def start_complaint_window(order: Order) -> None:
    """The order is over: what was earned with it waits for the complaint window. The caller saves."""
    order.earnings_due_at = clock.now() + COMPLAINT_WINDOW


def recheck_release(order: Order) -> None:
    """A ticket of this (locked) order is settled: what it held is let go as soon as the window is over."""
    if order.earnings_due_at and order.closed_at:
        order.earnings_due_at = max(order.closed_at + COMPLAINT_WINDOW, clock.now())
        order.save(update_fields=["earnings_due_at"])


def release_earnings(now: datetime | None = None) -> int:
    """Let couriers withdraw what orders earned whose complaint window is over, unless a ticket holds it. Returns of
    how many orders."""
    now = now or clock.now()
    due = Order.objects.filter(earnings_due_at__lte=now).order_by("earnings_due_at")
    pks = list(due.values_list("pk", flat=True)[:500])
    released = 0
    for pk in pks:
        with lock_order(pk) as order:
            if order.earnings_due_at is None or order.earnings_due_at > now:
                continue
            # Asked under the lock: a ticket that has just been opened holds the order's lock first.
            if orders_on_hold([pk]):
                order.earnings_due_at = now + RECHECK_INTERVAL
            else:
                money.release_earnings(
                    key=f"release:{order.no}:{order.earnings_due_at:%Y%m%d%H%M%S}", ref=order.no, now=now
                )
                if order.merchant_id:
                    money.release_sale(ref=order.no, now=now)
                order.earnings_due_at = None
                released += 1
            order.save(update_fields=["earnings_due_at"])
    return released


def complete_delivered(now: datetime | None = None) -> int:
    """Complete what was delivered a day ago and has nothing unsettled."""
    now = now or clock.now()
    due = list(
        Order.objects.filter(status=Status.DELIVERED, delivered_at__lte=now - COMPLETES_AFTER)
        .order_by("delivered_at")
        .values_list("pk", flat=True)[:500]
    )
    unsettled = orders_on_hold(due)
    ready = [pk for pk in due if pk not in unsettled]
    for pk in ready:
        complete_order(order=Order(pk=pk))
    return len(ready)


def redact_contacts() -> int:
    """Mask the receivers' numbers on orders that were closed settings.PHONE_RETENTION_DAYS ago. Returns how many.

    Nobody calls about them any more: tickets are reopened for a week at most. An order that is still held open by
    something unsettled keeps its number.
    """
    old = clock.now() - timedelta(days=settings.PHONE_RETENTION_DAYS)
    due = (
        Order.objects.filter(closed_at__lt=old).exclude(contact_phone="").exclude(contact_phone__contains="*")
    )
    pks = list(due.values_list("pk", flat=True)[:5000])
    return Order.objects.filter(pk__in=set(pks) - orders_on_hold(pks)).update(
        contact_phone=masked("contact_phone")
    )


def delete_old_photos(limit: int = 5000) -> int:
    """Delete the photos of orders that were over long ago, but not of what is still unsettled. Returns how many."""
    due = Photo.objects.filter(order__closed_at__lt=clock.now() - period("photos")).order_by("pk")
    found = list(due.values_list("pk", "order", "image")[:limit])
    unsettled = orders_on_hold(list({order for _pk, order, _image in found}))
    gone = [(pk, image) for pk, order, image in found if order not in unsettled]
    with transaction.atomic():
        Photo.objects.filter(pk__in=[pk for pk, _image in gone]).delete()
        files.delete_after_commit(image for _pk, image in gone)
    return len(gone)
