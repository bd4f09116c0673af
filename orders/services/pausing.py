"""Stopping orders for a while, and taking them again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Actor
from accounts.permissions import Role, is_operator
from campus.models import Campus, Zone
from core import clock, realtime
from core.db import for_update
from core.errors import Invalid, NotAllowed, WrongState
from orders.models import Kind, OrderPause

MAY_PAUSE = (Role.DISPATCHER, Role.SUPERVISOR)


@transaction.atomic
def pause_ordering(
    *,
    campus: Campus,
    actor: Actor,
    cause: str,
    message: str,
    zone: Zone | None = None,
    kind: str = "",
    until: datetime | None = None,
) -> OrderPause:
    """Take no orders of this campus, or only of a zone or a kind, until somebody resumes or `until` comes.

    The same again changes nothing and gives back the pause that is there. Raises NotAllowed and Invalid.
    """
    now = clock.now()
    if not is_operator(actor, campus, *MAY_PAUSE):
        raise NotAllowed
    if zone is not None and zone.campus_id != campus.pk:
        raise Invalid(_("This zone is not of this campus."))
    if kind and kind not in Kind.values:
        raise Invalid
    if not message.strip():
        raise Invalid(_("Say what students are to read."))
    if until is not None and until <= now:
        raise Invalid(_("That time has passed already."))
    for_update(Campus.objects.filter(pk=campus.pk)).get()  # two at once: the second one sees the first one's
    _end_lapsed(OrderPause.objects.filter(campus=campus), now)
    same = OrderPause.objects.filter(campus=campus, zone=zone, kind=kind, ended_at=None).first()
    if same:
        return same
    pause = OrderPause.objects.create(
        campus=campus, zone=zone, kind=kind, cause=cause, message=message.strip()[:160], until=until,
        started_at=now, started_by=actor,
    )  # fmt: skip
    _publish(campus.pk)
    return pause


@transaction.atomic
def resume_ordering(*, pause: OrderPause, actor: Actor) -> OrderPause:
    """Take orders again. Of a pause that is over already raises WrongState."""
    if not is_operator(actor, pause.campus_id, *MAY_PAUSE):
        raise NotAllowed
    pause = for_update(OrderPause.objects.filter(pk=pause.pk)).get()
    if pause.ended_at is not None:
        raise WrongState
    _end(pause, clock.now(), actor)
    return pause


def end_lapsed_pauses(now: datetime | None = None) -> int:
    """End the pauses whose time has come. Returns how many."""
    with transaction.atomic():
        return _end_lapsed(OrderPause.objects.all(), now or clock.now())


def _end_lapsed(pauses, now: datetime) -> int:
    lapsed = list(for_update(pauses.filter(ended_at=None, until__lte=now)))
    for pause in lapsed:
        _end(pause, pause.until, None)
    return len(lapsed)


def _end(pause: OrderPause, at: datetime, actor: Actor) -> None:
    pause.ended_at, pause.ended_by = at, actor
    pause.save(update_fields=["ended_at", "ended_by"])
    _publish(pause.campus_id)


def _publish(campus_pk: int) -> None:
    """Couriers' halls of the campus fetch anew what they show."""
    realtime.broadcast(f"hall.{campus_pk}", "jobs", id=campus_pk)
