"""Who of the operators is there: what they said, and whether a page of theirs is open."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import User
from campus.models import Campus
from core import clock, outbox, realtime
from core.db import for_update
from core.realtime.attendance import attendance_recorder
from exceptions.duty.models import Presence
from exceptions.duty.rota import on_rota
from exceptions.events import OperatorLeft

State = Presence.State
# Open pages are looked at once a minute; so often they are written down.
SEEN_EVERY = timedelta(seconds=50)


def absent_after() -> timedelta:
    """After so long without an open page somebody on duty has gone."""
    return timedelta(minutes=settings.OPERATOR_ABSENT_MINUTES)


@transaction.atomic
def say(*, user: User, state: str) -> Presence:
    """An operator is on duty, at lunch or away, by one press. What they were working on is offered to others when they go."""
    Presence.objects.get_or_create(user=user)
    own = for_update(Presence.objects.filter(user=user)).get()
    now = clock.now()
    if own.state != state or own.was_absent:
        was_there = own.state == State.ON_DUTY
        own.state, own.since, own.was_absent = State(state), now, False
        if was_there:
            outbox.emit(OperatorLeft(user=user.pk, at=now))
    own.seen_at = now
    own.save()
    _publish(user)
    return own


def see(users: Collection[int]) -> int:
    """Pages of these operators are open now. Those who never said whether they are there are not written down."""
    now = clock.now()
    long_ago = Presence.objects.filter(user__in=users, seen_at__lt=now - SEEN_EVERY)
    return long_ago.update(seen_at=now)


@attendance_recorder
def see_pages(listening: Mapping[int, Collection[str]]) -> None:
    """Live pages of operators are open."""
    see([user for user, groups in listening.items() if any(group.startswith("console.") for group in groups)])


def find_absent() -> int:
    """Beat: who is on duty by their own word and of whom no page was open for a while has gone. Returns how many."""
    count = 0
    gone = Presence.objects.filter(state=State.ON_DUTY, seen_at__lt=clock.now() - absent_after())
    for pk in list(gone.values_list("pk", flat=True)):
        with transaction.atomic():
            own = for_update(gone.filter(pk=pk)).select_related("user").first()
            if own is None:  # back, or found by another process
                continue
            own.state, own.since, own.was_absent = State.AWAY, clock.now(), True
            own.save()
            outbox.emit(OperatorLeft(user=own.user_id, at=own.since))
            _publish(own.user)
            count += 1
    return count


def _publish(user: User) -> None:
    campuses = set(user.staff_roles.values_list("campus_id", flat=True))
    realtime.broadcast([f"console.{campus}" for campus in sorted(campuses)], "presence", id=user.pk)


def present(campus: Campus | int, roles: Collection[str]) -> list[User]:
    """Who of these roles is there: on duty by their own word, with a page open."""
    found = User.objects.filter(
        is_active=True,
        staff_roles__campus=campus,
        staff_roles__role__in=roles,
        presence__state=State.ON_DUTY,
        presence__seen_at__gte=clock.now() - absent_after(),
    )
    return list(found.distinct().order_by("pk"))


def is_gone(user: User) -> bool:
    """Whether an operator has said that they are not there, or has gone without saying so. Who never says anything is not
    gone."""
    own = Presence.objects.filter(user=user).first()
    return own is not None and not is_there(own)


def is_there(own: Presence) -> bool:
    return own.state == State.ON_DUTY and own.seen_at >= clock.now() - absent_after()


def on_duty(campus: Campus, role: str, at: datetime) -> list[User]:
    """Whom work of this role is for: those who are there, else those whom the rota names, else everybody of the role."""
    there = present(campus, [role]) or on_rota(campus, role, at)
    if there:
        return there
    found = User.objects.filter(is_active=True, staff_roles__campus=campus, staff_roles__role=role)
    return list(found.distinct().order_by("pk"))
