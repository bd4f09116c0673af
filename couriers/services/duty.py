"""Couriers on and off duty, the rest they have to take, and who may work at all."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from accounts.models import Actor, User
from core import clock, outbox, realtime
from core.db import for_update
from core.errors import NotAllowed, WrongState
from couriers.events import (
    CourierActivated,
    CourierBanned,
    CourierSuspended,
    DutyEnded,
    RestAdvised,
    RestForced,
)
from couriers.models import Courier, WorkSession
from couriers.services import passes
from couriers.services.shifts import LONGEST_DAY, check_rested, give_up_shifts
from couriers.workload import workload

REST_ADVISED_AFTER = timedelta(hours=8)
REST_FORCED_AFTER = LONGEST_DAY
# Duty is counted from this hour to the same of the next day: the quietest one, so that a night's work is one day's.
DAY_BEGINS = 4


@transaction.atomic
def set_duty(*, courier: Courier, on: bool, actor: Actor = None) -> Courier:
    """The courier's own switch. Off duty only with empty hands; on duty only when rested."""
    courier = for_update(Courier.objects.filter(pk=courier.pk)).select_related("user").get()
    if not courier.may_work:
        raise NotAllowed(_("Your courier account is not active."))
    if courier.on_duty == on:
        return courier
    now = clock.now()
    if on:
        check_rested(courier, now)
    if not on and courier.is_carrying:
        raise WrongState(_("Finish or give back your jobs first."))
    if on:
        courier.on_duty, courier.duty_since = True, now
        courier.save(update_fields=["on_duty", "duty_since"])
        _publish(courier)
    else:
        _end_duty(courier)
    return courier


def _end_duty(courier: Courier) -> None:
    """Off duty, with the stretch that ends written down. The row is locked."""
    end_spell(courier)
    courier.on_duty, courier.duty_since = False, None
    courier.save(update_fields=["on_duty", "duty_since"])


def end_spell(courier: Courier) -> None:
    """Write down the stretch of duty that ends now, if there is one, and publish. With it ends the pass for positions."""
    passes.end(courier)
    if not courier.on_duty:
        return
    outbox.emit(DutyEnded(courier=courier.pk))
    if courier.duty_since:
        now = clock.now()
        WorkSession.objects.create(courier=courier, since=min(courier.duty_since, now), until=now)
    _publish(courier)


def _publish(courier: Courier) -> None:
    realtime.broadcast(
        [f"user.{courier.user_id}", f"hall.{courier.campus_id}", f"console.{courier.campus_id}"],
        "duty",
        id=courier.pk,
    )


# -- Rest ----------------------------------------------------------------------------------------------------


def day_start(now: datetime) -> datetime:
    """When the present day of duty began."""
    local = timezone.localtime(now)
    start = local.replace(hour=DAY_BEGINS, minute=0, second=0, microsecond=0)
    return start if local >= start else start - timedelta(days=1)


def worked_today(couriers: list[Courier], now: datetime) -> dict[int, timedelta]:
    """{courier id: time on duty since the day began, the present stretch included}. One query."""
    start = day_start(now)
    worked = {courier.pk: timedelta() for courier in couriers}
    for courier_id, since, until in WorkSession.objects.filter(
        courier__in=worked, until__gt=start
    ).values_list("courier_id", "since", "until"):
        worked[courier_id] += until - max(since, start)
    for courier in couriers:
        if courier.on_duty and courier.duty_since:
            worked[courier.pk] += max(now - max(courier.duty_since, start), timedelta())
    return worked


def keep_rest() -> int:
    """Beat: advise a break after eight hours of duty in a day, end it after twelve. Returns how many were ended.

    Who still carries something brings it to its end first; they get no new jobs (see dispatch.admission).
    """
    now, ended = clock.now(), 0
    # Virtual people do not tire.
    on_duty = list(Courier.objects.filter(on_duty=True, user__is_virtual=False))
    for pk, worked in worked_today(on_duty, now).items():
        if worked >= REST_ADVISED_AFTER:
            ended += _rest(pk, worked, now)
    return ended


@transaction.atomic
def _rest(pk: int, worked: timedelta, now: datetime) -> bool:
    courier = for_update(Courier.objects.filter(pk=pk)).get()
    start = day_start(now)
    if not courier.on_duty:
        return False
    if worked < REST_FORCED_AFTER:
        if courier.rest_advised_at is None or courier.rest_advised_at < start:
            courier.rest_advised_at = now
            courier.save(update_fields=["rest_advised_at"])
            outbox.emit(RestAdvised(courier=pk))
        return False
    if courier.rest_until is None or courier.rest_until <= now:
        courier.rest_until = start + timedelta(days=1)
        courier.save(update_fields=["rest_until"])
        # Nobody is blamed for a shift that they were not let come to.
        given_up = give_up_shifts(courier, before=courier.rest_until)
        outbox.emit(RestForced(courier=pk, shifts=given_up))
    if courier.is_carrying:
        return False
    _end_duty(courier)
    return True


# -- Who may work at all -------------------------------------------------------------------------------------


@transaction.atomic
def reinstate(*, courier: Courier, actor: User) -> Courier:
    """Let a suspended courier take jobs again."""
    courier = for_update(Courier.objects.filter(pk=courier.pk)).get()
    if not can_proceed(courier.reinstate):
        raise WrongState
    courier.reinstate()
    courier.save(update_fields=["status", "suspended_for"])
    outbox.emit(CourierActivated(courier=courier.pk, by=actor.pk))
    return courier


@transaction.atomic
def suspend(*, courier: Courier, actor: User, reason: str) -> Courier:
    """Stop a courier from taking new jobs, or coming to shifts. What they carry now is brought to its end."""
    courier = _stopped(courier)
    if not can_proceed(courier.suspend):
        raise WrongState
    courier.suspend(reason)
    courier.save(update_fields=["status", "on_duty", "duty_since", "suspended_for"])
    outbox.emit(CourierSuspended(courier=courier.pk, by=actor.pk, reason=reason))
    return courier


@transaction.atomic
def stop_banned(*, user_pk: int) -> None:
    """A person was banned from the platform: their work ends with it. What they carry they cannot bring to its end by
    themselves any more, so others hear of it (`couriers.courier_banned`)."""
    courier = Courier.objects.filter(user=user_pk, user__is_active=False).first()
    if courier is None:
        return
    courier = _stopped(courier)
    outbox.emit(CourierBanned(courier=courier.pk, legs=tuple(workload().carried_legs(courier.pk))))


def _stopped(courier: Courier) -> Courier:
    """The row, locked, of a courier who has to stop: no shift waits for them, and their duty is over."""
    courier = for_update(Courier.objects.filter(pk=courier.pk)).get()
    _end_duty(courier)
    give_up_shifts(courier)
    return courier


@transaction.atomic
def change_credit(*, courier: Courier, points: int) -> Courier:
    """Add points to a courier's credit score, or take them (never below 0 nor above 100). Exceptions keep the reasons."""
    courier = for_update(Courier.objects.filter(pk=courier.pk)).get()
    courier.credit = min(max(courier.credit + points, 0), 100)
    courier.save(update_fields=["credit"])
    return courier
