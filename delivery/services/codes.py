"""Showing codes, and reading what was scanned or typed."""

import re
from datetime import timedelta

from django.utils.translation import gettext as _

from accounts.models import Actor, User
from campus.models import Place
from core import attempts, clock
from core.errors import Invalid, NotAllowed, TooLate, WrongState
from core.ids import new_code
from core.personal_data import period
from core.text_input import plain
from delivery.models import HOLDING, Leg, LegStatus, ScanCode

Purpose = ScanCode.Purpose
# A code on a screen lives so long, and is not handed out again with less than FRESH to live.
LIVES = timedelta(seconds=120)
FRESH = timedelta(seconds=60)
# Four digits can be guessed: a person may be wrong so many times in ten minutes.
WRONG_DIGITS, WRONG_LAST = 8, timedelta(minutes=10)
KEPT = period("codes")

ON_THE_WAY = (LegStatus.PICKED_UP, LegStatus.AT_DROPOFF)
FETCHING = (LegStatus.ASSIGNED, LegStatus.AT_PICKUP)


def place_qr_code(place: Place) -> ScanCode:
    """The code that hangs at a place. Always the same one."""
    return ScanCode.objects.get_or_create(
        purpose=Purpose.PLACE,
        place=place,
        defaults={"campus_id": place.campus_id, "digits": _free_digits(place.campus_id)},
    )[0]


def issue_handover_code(*, leg: Leg, purpose: str, actor: Actor) -> ScanCode:
    """A code for the actor's screen: the one that is shown already while it is fresh, else a new one."""
    leg = Leg.objects.select_related("relay", "courier").get(pk=leg.pk)
    if problem := _cannot_show(leg, purpose, actor):
        raise WrongState(problem)
    now = clock.now()
    live = ScanCode.objects.filter(leg=leg, purpose=purpose, shown_by=actor, used_at=None)
    if code := live.filter(expires_at__gt=now + FRESH).first():
        return code
    return ScanCode.objects.create(
        purpose=purpose, leg=leg, campus_id=leg.campus_id, shown_by=actor, created_at=now, expires_at=now + LIVES,
        digits=_free_digits(leg.campus_id),
    )  # fmt: skip


def _cannot_show(leg: Leg, purpose: str, actor: User) -> str:
    """Why the actor has no such code to show; empty if they have."""
    own = leg.courier is not None and leg.courier.user_id == actor.pk
    fits = {
        Purpose.HAND_IN: own and leg.to_shelf and leg.status in ON_THE_WAY,
        Purpose.HAND_OUT: own and leg.from_shelf and leg.status in FETCHING,
        Purpose.TRANSFER: own and leg.status in HOLDING,
        Purpose.RECEIVE: leg.is_carried and not own,
        Purpose.PICKUP: leg.status in (LegStatus.OPEN, *FETCHING) and _gives_out(actor, leg),
    }[Purpose(purpose)]
    return "" if fits else _("There is nothing to hand over now.")


def _gives_out(actor: User, leg: Leg) -> bool:
    """Who stands behind the counter that the leg begins at."""
    return leg.relay is not None and leg.from_shelf and leg.relay.keepers.filter(pk=actor.pk).exists()


def _free_digits(campus_id: int) -> str:
    """Four digits that no other code of the campus has that could be entered now."""
    now = clock.now()
    for _attempt in range(50):
        digits = new_code()
        taken = ScanCode.objects.filter(campus=campus_id, digits=digits, used_at=None).exclude(
            expires_at__lte=now
        )
        if not taken.exists():
            return digits
    raise Invalid(_("Too many codes are shown at once. Please try again."))


def clean(text: str) -> str:
    """What a camera read or a person typed, fit to be looked up."""
    return plain(text.replace("\0", ""))[:500]


def read(text: str, *, campus_id: int, reader) -> ScanCode:
    """The code that was scanned, or whose digits were typed. Raises Invalid, with a sentence, for anything else."""
    text = clean(text)
    codes = ScanCode.objects.select_related(
        "place", "leg__order", "leg__relay__place", "leg__courier__user", "shown_by"
    )
    if re.fullmatch(r"[0-9]{4}", text):
        return _by_digits(codes, text, campus_id, reader)
    key = ScanCode.key_of(text.rpartition("c=")[2])
    code = codes.filter(key=key).first() if key else None
    if code is None:
        raise Invalid(_("This is not one of our codes."))
    if code.campus_id != campus_id:
        raise Invalid(_("This code belongs to another campus."))
    return code


def _by_digits(codes, digits: str, campus_id: int, reader) -> ScanCode:
    with attempts.counted(f"scan-digits:{reader.pk}", most=WRONG_DIGITS, lasts=WRONG_LAST) as attempt:
        if not attempt.allowed:
            raise Invalid(_("Too many wrong codes. Please scan the square, or wait ten minutes."))
        # The newest first: digits come back when a code has run out. So one that is good still is never behind a spent
        # one.
        code = codes.filter(campus=campus_id, digits=digits).order_by("-pk").first()
        if code is None:
            raise attempt.wrong(_("No code has these digits. Look again, or ask for a new one."))
        # The spent ones of a month are most of what can be guessed. `use` says which it was.
        attempt.is_wrong = _is_spent(code, reader)
    return code


def _is_spent(code: ScanCode, reader) -> bool:
    """Of no use to this reader: it has run out, or another person has used it. `use` says which."""
    if code.used_at:
        return code.used_by_id != reader.pk
    return code.expires_at is not None and code.expires_at <= clock.now()


def use(code: ScanCode, *, actor: User) -> bool:
    """Mark a screen's code as used, its row locked by the caller's transaction. False when this person has used it
    before: then all is done already. TooLate when it has run out or somebody else was faster."""
    now = clock.now()
    if code.used_at:
        if code.used_by_id == actor.pk:
            return False
        raise TooLate(_("This code has already been used."), code="code_used")
    if code.shown_by_id == actor.pk:
        raise NotAllowed(_("That is your own code: let the other one scan it."))
    if code.expires_at <= now:
        raise TooLate(
            _("This code has run out. Ask for a new one: it is shown at once."), code="code_expired"
        )
    code.used_at, code.used_by = now, actor
    code.save(update_fields=["used_at", "used_by"])
    return True


def tidy() -> int:
    """Forget codes of screens that ran out long ago."""
    old = ScanCode.objects.exclude(purpose=Purpose.PLACE).filter(expires_at__lt=clock.now() - KEPT)
    return old.delete()[0]
