"""The one way to call somebody: written down first, then connected; masked numbers bound, renewed and released.

with lock_leg(leg.pk) as leg:              # the app that asks knows who may call whom, and until when
    call = phone.open_call(about=About(…), caller=Side(…), callee=Side(…))
return phone.connect(call)                 # talks to the provider: after the commit
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.models import User
from campus.models import Campus
from core import clock, outbox
from core.db import for_update
from core.errors import DomainError, Invalid, TooLate
from telephony.events import CallChanged
from telephony.models import CallAttempt, NumberBinding
from telephony.providers import PROVIDERS, BadCallback, Report, provider_of
from telephony.providers.base import ProviderError

logger = logging.getLogger(__name__)

Result = CallAttempt.Result

HOLD = timedelta(hours=2)  # for so long a number is bound at a time
RENEW_BEFORE = timedelta(minutes=10)
MOST = timedelta(hours=24)  # longer nothing is renewed by itself; the next call binds anew
ASKING = timedelta(seconds=30)  # in this time a provider has answered, or never will


class CallsDown(DomainError):
    """The provider does not bind a number now."""

    code = "calls_down"
    status = 503


@dataclass(frozen=True)
class About:
    """What a call is about."""

    campus: Campus
    order_no: str
    leg_no: str = ""
    ticket_no: str = ""


@dataclass(frozen=True)
class Side:
    """One end of a call. `user` is None for a receiver without an account; `role` a CallRole."""

    role: str
    user: User | None
    phone: str | None


@dataclass(frozen=True)
class Dial:
    """What to dial. `hidden`: it is a masked number, good until `until`, and may be shown to the caller."""

    number: str
    hidden: bool = False
    until: datetime | None = None


# -- Calling -----------------------------------------------------------------------------------------------


def obstacle(campus: Campus, caller: Side, callee: Side) -> str:
    """Why the caller cannot call the other side: a sentence for a page, or "" when they can."""
    if not callee.phone:
        return _("There is no phone number.")
    if callee.phone == caller.phone:
        return _("That is your own number.")
    provider = provider_of(campus)
    if not provider.reaches(callee.phone):
        return _("Hidden calls do not reach this number, which is not of the mainland. Please write instead.")
    if not provider.hides:
        return ""
    if not caller.phone:
        return _("Your own account has no phone number: hidden calls go from phone to phone.")
    if not provider.reaches(caller.phone):
        return _(
            "Hidden calls do not work from your number, which is not of the mainland. Please write instead."
        )
    return ""


def open_call(*, about: About, caller: Side, callee: Side) -> CallAttempt:
    """Write the attempt down, in the transaction in which the caller's right to it was checked (order locked).

    Raises Invalid where there is an `obstacle`, and TooLate while the same person's first press is under way.
    """
    if reason := obstacle(about.campus, caller, callee):
        raise Invalid(reason)
    provider = provider_of(about.campus)
    call = CallAttempt.objects.create(
        campus=about.campus, order_no=about.order_no, leg_no=about.leg_no, ticket_no=about.ticket_no,
        caller=caller.user, caller_role=caller.role, callee=callee.user, callee_role=callee.role,
        callee_phone=callee.phone, provider=provider.name, at=clock.now(),
        binding=_binding(about, caller, callee, provider.name) if provider.hides else None,
    )  # fmt: skip
    outbox.emit(CallChanged(call=call.pk, order=about.order_no))
    return call


def _binding(about: About, a: Side, b: Side, provider: str) -> NumberBinding:
    """The pair's number for this order, whoever of them called first; else a row for one that is yet to be bound."""
    now = clock.now()
    pair = Q(a_phone=a.phone, b_phone=b.phone) | Q(a_phone=b.phone, b_phone=a.phone)
    about_this = {"order_no": about.order_no, "ticket_no": about.ticket_no}
    for known in NumberBinding.objects.filter(pair, ended_at__isnull=True, **about_this):
        if known.number and known.provider == provider and known.expires_at - now > timedelta(minutes=1):
            return known
        if not known.number and now - known.created_at < ASKING:
            raise TooLate(_("One moment, we are connecting you already."))
        _end(known, now)
    try:
        with transaction.atomic():
            return NumberBinding.objects.create(
                campus=about.campus, provider=provider, leg_no=about.leg_no, **about_this,
                a_user=a.user, a_role=a.role, a_phone=a.phone, b_user=b.user, b_role=b.role, b_phone=b.phone,
                created_at=now, expires_at=now + HOLD, next_try_at=now + ASKING,
            )  # fmt: skip
    except IntegrityError:
        raise TooLate(_("One moment, we are connecting you already.")) from None


def connect(call: CallAttempt) -> Dial:
    """The number to dial. Asks the provider, so never inside a transaction.

    Raises CallsDown when it binds none; the attempt stays, as not connected.
    """
    provider, binding = PROVIDERS[call.provider], call.binding
    if not provider.hides:
        return Dial(call.callee_phone)
    if not binding.number:
        try:
            if not provider.configured:
                raise ProviderError("not configured")
            masked = provider.bind(a=binding.a_phone, b=binding.b_phone, until=binding.expires_at)
        except ProviderError as error:
            logger.warning("no number for a call about %s: %s %s", call.order_no, provider.name, error)
            _not_connected(call, str(error))
            raise CallsDown(
                _("The call service does not answer just now. Write a message, or try again in a minute.")
            ) from error
        binding.number, binding.ref = masked.number, masked.ref
        with transaction.atomic():
            row = for_update(NumberBinding.objects.filter(pk=binding.pk)).get()
            row.number, row.ref, row.error = masked.number, masked.ref, ""
            if row.ended_at is None:  # else the order ended while we asked: the sweep gives it back at once
                row.next_try_at = row.expires_at - RENEW_BEFORE
            row.released_at = None
            row.save(update_fields=["number", "ref", "error", "next_try_at", "released_at"])
    return Dial(binding.number, hidden=True, until=binding.expires_at)


@transaction.atomic
def _not_connected(call: CallAttempt, why: str) -> None:
    now = clock.now()
    call.result = Result.FAILED
    call.save(update_fields=["result"])
    binding = call.binding
    binding.ended_at = binding.released_at = now
    binding.next_try_at, binding.error = None, why[:200]
    binding.save(update_fields=["ended_at", "released_at", "next_try_at", "error"])
    outbox.emit(CallChanged(call=call.pk, order=call.order_no))


# -- Bindings are released ---------------------------------------------------------------------------------


def end_bindings(*, leg_no: str = "", ticket_no: str = "") -> int:
    """There is no need any more to call about this leg, or this ticket. The sweep releases the numbers."""
    about = {"leg_no": leg_no} if leg_no else {"ticket_no": ticket_no}
    now = clock.now()
    return NumberBinding.objects.filter(ended_at__isnull=True, **about).update(ended_at=now, next_try_at=now)


def _end(binding: NumberBinding, now: datetime) -> None:
    binding.ended_at = binding.next_try_at = now
    binding.save(update_fields=["ended_at", "next_try_at"])


def maintain_bindings(limit: int = 200) -> int:
    """Release what has ended, renew what runs out and is still needed, forget what has run out. Returns how many.

    Each is claimed by moving its next try on, so that two sweeps never do the same; a provider that is down is asked
    again later, until the number runs out by itself.
    """
    now, count = clock.now(), 0
    due = NumberBinding.objects.filter(next_try_at__lte=now).order_by("next_try_at")
    for binding in due[:limit]:
        again = now + min(timedelta(seconds=10 * 2**binding.attempts), timedelta(minutes=10))
        claim = NumberBinding.objects.filter(pk=binding.pk, next_try_at=binding.next_try_at)
        if claim.update(next_try_at=again, attempts=F("attempts") + 1):
            _maintain(binding, now)
            count += 1
    return count


def _maintain(binding: NumberBinding, now: datetime) -> None:
    row = NumberBinding.objects.filter(pk=binding.pk)
    if not binding.number:
        if now - binding.created_at >= ASKING:  # whoever asked has died; its binding runs out by itself
            row.filter(number="").update(
                ended_at=binding.ended_at or now, released_at=now, next_try_at=None, error="never answered"
            )
        return
    if binding.expires_at <= now:
        row.update(ended_at=binding.ended_at or now, released_at=now, next_try_at=None)
        return
    provider = PROVIDERS[binding.provider]
    until = min(now + HOLD, binding.created_at + MOST)
    try:
        if binding.ended_at:
            provider.unbind(binding)
            row.update(released_at=now, next_try_at=None, error="")
        elif until > binding.expires_at:
            provider.renew(binding, until)
            row.update(expires_at=until, error="", attempts=0)
            row.filter(ended_at__isnull=True).update(next_try_at=until - RENEW_BEFORE)
        else:
            row.filter(ended_at__isnull=True).update(next_try_at=binding.expires_at)
    except ProviderError as error:
        row.update(error=str(error)[:200])
        logger.warning("a number binding of %s could not be maintained: %s", binding.order_no, error)


# -- How calls went ----------------------------------------------------------------------------------------


def take_callback(*, provider: str, secret: str, headers, body: bytes) -> int:
    """Believe a provider's call records, if they are to be believed. Returns how many were new. Raises BadCallback."""
    try:
        reports = PROVIDERS[provider].read(secret, headers, body)
    except BadCallback as error:
        logger.warning("call records of %s refused: %s", provider, error)
        raise
    return sum(take_report(provider=provider, report=report) for report in reports)


def take_pulled_reports() -> int:
    """What the local provider has imagined."""
    return sum(
        take_report(provider=name, report=report)
        for name, provider in PROVIDERS.items()
        if provider.configured
        for report in provider.pull_reports(clock.now())
    )


@transaction.atomic
def take_report(*, provider: str, report: Report) -> bool:
    """Complete the attempt that this call was, or write one down (somebody dialled again, or called back).

    False when it was told before, or tells of what is not ours.
    """
    binding = for_update(NumberBinding.objects.filter(provider=provider, ref=report.ref)).first()
    known = (
        binding
        and binding.ref
        and binding.number == report.number
        and {report.caller, report.callee} == {binding.a_phone, binding.b_phone}
    )
    if not known:
        logger.warning("a call record of %s fits no binding of ours", provider)
        return False
    if CallAttempt.objects.filter(provider=provider, provider_call=report.call).exists():
        return False
    waiting = binding.calls.filter(callee_phone=report.callee, provider_call=None, result=Result.ASKED)
    call = waiting.filter(at__lte=report.at + timedelta(minutes=5)).order_by("-at").first()
    if call is None:
        forth = report.caller == binding.a_phone
        ends = [(binding.a_user, binding.a_role), (binding.b_user, binding.b_role)]
        (caller, caller_role), (callee, callee_role) = ends if forth else reversed(ends)
        call = CallAttempt(
            campus=binding.campus, order_no=binding.order_no, leg_no=binding.leg_no, ticket_no=binding.ticket_no,
            caller=caller, caller_role=caller_role, callee=callee, callee_role=callee_role,
            callee_phone=report.callee, provider=provider, binding=binding, at=report.at,
        )  # fmt: skip
    call.provider_call, call.result = report.call, report.result
    call.seconds = report.seconds if report.result == Result.ANSWERED else None
    call.save()
    outbox.emit(CallChanged(call=call.pk, order=call.order_no))
    return True
