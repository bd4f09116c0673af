"""How a change of an order is written: lock, transition, deadlines, version, history, event, broadcast.

The one place for each of these, so that every service reads alike:

    with lock_order(order_pk) as order:
        order.accept()
        save_transition(order, "accept", actor=…, role="courier")
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from accounts.models import Actor, User
from campus import selectors as campus_selectors
from core import clock, outbox, realtime
from core.db import for_update
from core.fsm import transitions
from orders.events import OrderEvent
from orders.kinds import KINDS
from orders.models import History, Order, Stage, StagePolicy

# Used until an operator writes a policy for the campus.
DEFAULT_MINUTES = {
    Stage.PLACED: 5,
    Stage.ACCEPTED: 20,
    Stage.PICKED_UP: 25,
    Stage.AT_RELAY: 20,
    Stage.RETURNING: 45,
}


@contextmanager
def lock_order(order_pk: int) -> Iterator[Order]:
    """The order, locked until the block commits. A transition that does not fit becomes a `WrongState`."""
    with transitions():
        yield for_update(Order.objects.filter(pk=order_pk)).get()


def save_transition(
    order: Order,
    action: str,
    *,
    source: str = "",
    actor: Actor = None,
    role: str = "system",
    reason: str = "",
    where: tuple[float, float] | None = None,
    data: dict | None = None,
    event: type[OrderEvent] | None = None,
) -> None:
    """Save a changed order with its history, broadcast and event (which takes from `data` what it has fields for).

    `source` is the state before; when it differs from the present one the stage's alarm is set anew.
    """
    now = clock.now()
    moved = bool(source) and source != order.status
    if moved:
        order.stage_due_at = stage_due(order, now)
    order.version += 1
    order.save()
    add_history(
        order,
        action,
        source=source if moved else "",
        target=order.status if moved else "",
        actor=actor,
        role=role,
        reason=reason,
        where=where,
        data=data,
    )
    if event:
        outbox.emit(event.of(order=order.pk, **(data or {})))
    publish(order)


def bump_version(order: Order) -> None:
    """Have the order's pages refreshed though only something beside it changed: a new version, without history."""
    order.version += 1
    order.save(update_fields=["version"])
    publish(order)


def add_history(order: Order, action: str, **facts) -> History:
    """Write one row of the order's history (see `build_history`)."""
    row = build_history(order, action, **facts)
    row.save()
    return row


def build_history(
    order: Order,
    action: str,
    *,
    machine: str = "order",
    source: str = "",
    target: str = "",
    actor: Actor = None,
    role: str = "system",
    reason: str = "",
    where: tuple[float, float] | None = None,
    data: dict | None = None,
) -> History:
    """A row of the order's history, to be written with others. `where` is (latitude, longitude), if known."""
    return History(
        order=order,
        at=clock.now(),
        machine=machine,
        action=action,
        source=source,
        target=target,
        actor=actor,
        role=role,
        reason=reason[:200],
        lat=where[0] if where else None,
        lon=where[1] if where else None,
        data=data or {},
    )


def publish(order: Order) -> None:
    """Tell the pages that show this order that there is a newer version."""
    realtime.broadcast(
        [f"order.{order.no}", f"user.{order.customer_id}", f"console.{order.campus_id}"],
        "order",
        id=order.no,
        v=order.version,
    )


def courier_of(order: Order) -> User | None:
    """Who accepted last, or took over: the history knows, so that orders need not look up into delivery."""
    entry = (
        order.history.filter(machine="order", action__in=["accept", "take_over"])
        .select_related("actor")
        .last()
    )
    return entry.actor if entry else None


def stage_due(order: Order, now: datetime) -> datetime | None:
    """When the present stage is overdue; None for a stage without a deadline, and while an operator looks at it.

    A scheduled order's search for a courier is measured from its release, not from its payment.
    """
    if order.status not in Stage.values or order.review_due_at:
        return None
    start = max(now, order.release_at) if order.status == Stage.PLACED and order.release_at else now
    minutes, stretches = _policy(order.campus_id, order.kind, order.status)
    if order.status == Stage.ACCEPTED and not KINDS[order.kind].has_pickup_stage(order.pickup_id):
        minutes += _policy(order.campus_id, order.kind, Stage.PICKED_UP)[0]  # done at the door: one stage
    if stretches:
        minutes = minutes * float(campus_selectors.peak_factor(order.campus, start))
    if order.status == Stage.ACCEPTED:
        minutes += order.details.get("minutes", 0)  # of waiting, which the customer has ordered
    return start + timedelta(minutes=minutes)


def _policy(campus_id: int, kind: str, stage: str) -> tuple[float, bool]:
    policies = StagePolicy.objects.filter(campus_id=campus_id, stage=stage, kind__in=[kind, ""])
    best = max(policies, key=lambda policy: bool(policy.kind), default=None)
    return (best.minutes, best.stretches_at_peak) if best else (DEFAULT_MINUTES[Stage(stage)], True)
