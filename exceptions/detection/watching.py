"""Beginning and ending watches."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, QuerySet

from core import clock
from core.db import for_update
from couriers.models import Courier
from delivery.models import CARRIED, Leg
from exceptions.models import Watch
from orders.models import Order

SILENT = "courier_silent"


def begin(detector: str, leg: Leg, due_at: datetime, data: dict | None = None) -> None:
    """Watch this leg's order from now on; a watch that is there begins anew. Idempotent.

    The order is locked first, as by whoever takes or moves the leg: the row refers to both, and what it refers to is looked
    up at the commit, in an order of the database's own.
    """
    now = clock.now()
    for_update(Order.objects.filter(pk=leg.order_id)).get()
    Watch.objects.update_or_create(
        detector=detector,
        order_id=leg.order_id,
        defaults={
            "campus_id": leg.campus_id, "leg": leg, "due_at": due_at, "step": Watch.Step.QUIET, "step_at": now,
            "began_at": now, "answered_at": None, "data": data or {},
        },
    )  # fmt: skip


def renew(detector: str, leg: Leg, data: dict) -> bool:
    """Let the watch of this leg go on with other facts. False: there is none."""
    return bool(Watch.objects.filter(detector=detector, leg=leg).update(data=data))


def begin_order(detector: str, order, due_at: datetime) -> None:
    """Watch an order that no courier has."""
    now = clock.now()
    Watch.objects.update_or_create(
        detector=detector,
        order=order,
        defaults={
            "campus_id": order.campus_id, "leg": None, "due_at": due_at, "step": Watch.Step.QUIET, "step_at": now,
            "began_at": now,
        },
    )  # fmt: skip


def answer(courier: Courier) -> int:
    """The courier says that all is well: whatever watches their jobs takes it for a sign of life. Returns how many."""
    now = clock.now()
    return Watch.objects.filter(leg__in=_held(courier)).update(answered_at=now, due_at=now)


def _held(courier: Courier) -> QuerySet[Leg]:
    return Leg.objects.filter(courier=courier, status__in=CARRIED)


def is_asked(leg: Leg) -> bool:
    """Is this job's courier asked whether all is well?"""
    asking = Watch.objects.filter(detector=SILENT, leg=leg, step__gt=Watch.Step.QUIET)
    return leg.is_carried and asking.exclude(answered_at__gte=F("step_at")).exists()


def to_call(campuses: Iterable[int]) -> QuerySet[Watch]:
    """Whose couriers were asked and did not answer, and should be called now: the longest silence first."""
    waiting = Watch.objects.filter(
        detector=SILENT, step=Watch.Step.SECOND, campus__in=campuses, leg__status__in=CARRIED
    )
    return waiting.select_related("order__dropoff", "leg__courier__user", "leg__campus", "campus").order_by(
        "step_at"
    )
