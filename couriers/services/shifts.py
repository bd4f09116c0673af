"""Shifts: operators publish half hours per zone, couriers take places and give them back."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Actor
from campus.calendar import calendar_of
from campus.models import Admits, Zone
from core import clock, outbox, realtime
from core.db import for_update
from core.errors import Invalid, NotAllowed, TooLate, WrongState
from core.hours import HOLIDAY, WeeklyHours
from couriers.events import ShiftMissed, ShiftSoon
from couriers.models import HALF_HOUR, Courier, Shift, ShiftAssignment

MOST_DAYS = 31
# Of duty, whether promised or worked.
LONGEST_DAY = timedelta(hours=12)
MOST_A_DAY = LONGEST_DAY // HALF_HOUR
GIVE_BACK_BEFORE = timedelta(hours=1)
REMIND_BEFORE = timedelta(minutes=30)
# Who is not on duty by then has not come.
LATE = timedelta(minutes=10)


@transaction.atomic
def publish_shifts(
    *, zone: Zone, first_day: date, last_day: date, hours: WeeklyHours, places: int, actor: Actor
) -> int:
    """Open every half hour of `hours` on each day, with so many places; a night's go on after midnight. Returns how many
    there are.

    Half hours that are open already get the new number of places; who has taken one keeps it.
    """
    blocks = {piece for row in range(1, HOLIDAY + 1) for piece in hours.blocks(row)}
    if any(piece.start % 30 or piece.end % 30 for piece in blocks):
        raise Invalid(_("Shifts begin and end at a full or half hour."))
    if not timedelta() <= last_day - first_day < timedelta(days=MOST_DAYS):
        raise Invalid(_("Choose one to thirty-one days."))
    if not 1 <= places <= 99:
        raise Invalid(_("Choose one to ninety-nine places."))
    days = [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]
    calendar = calendar_of(zone.campus_id)
    starts = {
        clock.midnight(day) + timedelta(minutes=minute)
        for day in days
        for piece in hours.blocks(calendar(day))
        for minute in range(piece.start, piece.end, 30)
    }
    shifts = [
        Shift(campus_id=zone.campus_id, zone=zone, starts_at=at, places=places)
        for at in sorted(starts)
        if at > clock.now()
    ]
    if not shifts:
        raise Invalid(_("No half hour of these days lies ahead."))
    Shift.objects.bulk_create(
        shifts, update_conflicts=True, unique_fields=["zone", "starts_at"], update_fields=["places"]
    )
    realtime.broadcast(f"hall.{zone.campus_id}", "shift", id=zone.pk)
    return len(shifts)


@transaction.atomic
def take_shift(*, shift: Shift, courier: Courier, actor: Actor = None) -> ShiftAssignment:
    """Take a place. The last one has exactly one winner, whatever the crowd; the others get TooLate."""
    shift = for_update(Shift.objects.filter(pk=shift.pk)).select_related("zone").get()
    courier = for_update(Courier.objects.filter(pk=courier.pk)).select_related("user").get()
    if mine := shift.assignments.filter(courier=courier).first():
        return mine
    if not courier.may_work or courier.campus_id != shift.campus_id:
        raise NotAllowed
    if shift.zone.admits not in (Admits.ANY, courier.gender):
        raise NotAllowed(_("This area admits one gender only."))
    if shift.starts_at <= clock.now():
        raise TooLate(_("This shift has begun already."))
    check_rested(courier, shift.starts_at)
    if shift.assignments.count() >= shift.places:
        raise TooLate(_("Too late, the last place has just been taken."))
    own = courier.assignments.all()
    if own.filter(starts_at=shift.starts_at).exists():
        raise Invalid(_("You have a shift elsewhere at this time."))
    midnight = clock.midnight(clock.local_day(shift.starts_at))
    if own.filter(starts_at__gte=midnight, starts_at__lt=midnight + timedelta(days=1)).count() >= MOST_A_DAY:
        raise Invalid(_("Twelve hours a day are enough."))
    made = ShiftAssignment.objects.create(
        shift=shift, courier=courier, starts_at=shift.starts_at, created_at=clock.now()
    )
    realtime.broadcast(f"hall.{shift.campus_id}", "shift", id=shift.pk)
    return made


def check_rested(courier: Courier, at: datetime) -> None:
    """NotAllowed for who has worked so long that they still rest `at` that time."""
    if courier.rest_until and courier.rest_until > at:
        until = timezone.localtime(courier.rest_until)
        raise NotAllowed(
            _("You have been on duty for twelve hours. Please rest until %(time)s.")
            % {"time": f"{until:%m-%d %H:%M}"}
        )


@transaction.atomic
def give_shift_back(*, shift: Shift, courier: Courier, actor: Actor = None) -> None:
    """Until an hour before it begins, so that somebody else can still take it. Idempotent."""
    shift = for_update(Shift.objects.filter(pk=shift.pk)).get()
    mine = shift.assignments.filter(courier=courier).first()
    if mine is None:
        return
    if shift.starts_at - clock.now() < GIVE_BACK_BEFORE:
        raise WrongState(_("It begins within the hour. Please write to your campus team if you cannot come."))
    mine.delete()
    realtime.broadcast(f"hall.{shift.campus_id}", "shift", id=shift.pk)


def give_up_shifts(courier: Courier, *, before: datetime | None = None) -> int:
    """Who may not work any more (or not `before` then) leaves their places to others, however soon they begin. Returns
    how many. The courier's row is locked."""
    theirs = courier.assignments.filter(outcome=ShiftAssignment.Outcome.OPEN, starts_at__gt=clock.now())
    if before:
        theirs = theirs.filter(starts_at__lt=before)
    count = theirs.delete()[0]
    if count:
        realtime.broadcast(f"hall.{courier.campus_id}", "shift", id=courier.pk)
    return count


def watch_shifts() -> int:
    """Beat: remind couriers half an hour before they begin, and note who came and who did not. Returns how many."""
    now, count = clock.now(), 0
    open_ones = ShiftAssignment.objects.filter(outcome=ShiftAssignment.Outcome.OPEN)
    due = open_ones.filter(starts_at__gt=now, starts_at__lte=now + REMIND_BEFORE, reminded_at__isnull=True)
    for pk in list(due.values_list("pk", flat=True)):
        count += _remind(pk, now)
    for pk in list(open_ones.filter(starts_at__lte=now - LATE).values_list("pk", flat=True)):
        count += _judge(pk)
    return count


@transaction.atomic
def _remind(pk: int, now: datetime) -> bool:
    assignment = for_update(ShiftAssignment.objects.filter(pk=pk, reminded_at__isnull=True)).first()
    if assignment is None:  # given back, or another process was here
        return False
    assignment.reminded_at = now
    assignment.save(update_fields=["reminded_at"])
    before = ShiftAssignment.objects.filter(
        courier=assignment.courier_id, starts_at=assignment.starts_at - HALF_HOUR
    )
    if not before.exists():  # the half hours of one evening are one reminder
        outbox.emit(ShiftSoon(assignment=pk))
    return True


@transaction.atomic
def _judge(pk: int) -> bool:
    assignment = for_update(
        ShiftAssignment.objects.filter(pk=pk, outcome=ShiftAssignment.Outcome.OPEN)
    ).first()
    if assignment is None:
        return False
    courier = Courier.objects.get(pk=assignment.courier_id)
    came = courier.on_duty or courier.work_sessions.filter(until__gt=assignment.starts_at).exists()
    assignment.outcome = ShiftAssignment.Outcome.CAME if came else ShiftAssignment.Outcome.MISSED
    assignment.save(update_fields=["outcome"])
    if not came:
        outbox.emit(ShiftMissed(assignment=pk, courier=assignment.courier_id))
    return True
