"""Accounts long unused whose only proof is a code by SMS: the number may be somebody else's by now.

Operators give numbers up and hand them out again. So after settings.DORMANT_DAYS a code alone does not open the account
on a device that it was never used on. The returning owner enters the password, or writes what only the owner knows and
a supervisor decides; meanwhile nothing in the account moves. The new holder says "this is not me" and gets a fresh one.
"""

from datetime import timedelta

from allauth.account.authentication import get_authentication_records
from allauth.account.stages import LoginStage
from allauth.core.internal.httpkit import headed_redirect_response
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from accounts import devices, security_log
from accounts.events import ClaimDecided, NumberClaimed
from accounts.models import NumberClaim, SecurityEvent, User
from accounts.sessions import end_sessions
from core import clock, outbox
from core.db import for_update
from core.errors import NotAllowed, WrongState

CLAIM_LASTS = timedelta(days=7)  # that a supervisor has said yes to


def last_used(user: User):
    """When the person was last seen here."""
    seen = user.sessions.aggregate(at=Max("last_action_at"))["at"]
    return max(moment for moment in (user.date_joined, user.last_login, seen) if moment)


def asks_for_more(request: HttpRequest, user: User) -> bool:
    """Whether a code is too little: unused for long, a strange device, and nothing else that proves the owner."""
    now = clock.now()
    if now - last_used(user) < timedelta(days=settings.DORMANT_DAYS) or devices.is_known(request, user):
        return False
    proofs = {record["method"] for record in get_authentication_records(request, user)}
    if "code" not in proofs or "password" in proofs or is_mfa_enabled(user):
        return False
    said_yes = NumberClaim.objects.filter(
        user=user, status=NumberClaim.Status.APPROVED, decided_at__gt=now - CLAIM_LASTS
    )
    return not said_yes.exists()


class DormantStage(LoginStage):
    """The step of a login at which more is asked for."""

    key = "dormant"
    urlname = "account_dormant"

    def handle(self):
        if self.login.user and asks_for_more(self.request, self.login.user):
            return headed_redirect_response(self.urlname), True
        return None, True


@transaction.atomic
def claim_number(*, user: User, words: str) -> NumberClaim:
    """The returning owner, without a password, says what only the owner knows. Asked again, the words are replaced."""
    try:
        with transaction.atomic():
            claim, made = NumberClaim.objects.update_or_create(
                user=user, status=NumberClaim.Status.WAITING, defaults={"words": words.strip()[:300]}
            )
    except IntegrityError:  # pressed twice at once
        return NumberClaim.objects.get(user=user, status=NumberClaim.Status.WAITING)
    if made:
        outbox.emit(NumberClaimed(claim=claim.pk))
    return claim


@transaction.atomic
def decide_claim(*, claim: NumberClaim, actor: User, approve: bool) -> None:
    """A supervisor believes the owner, who may then log in by code for a week, or does not."""
    claim = for_update(NumberClaim.objects.filter(pk=claim.pk)).get()
    if actor.pk == claim.user_id:
        raise NotAllowed
    try:
        (claim.approve if approve else claim.refuse)(by=actor, now=clock.now())
    except TransitionNotAllowed as error:
        raise WrongState from error
    claim.save(update_fields=["status", "decided_by", "decided_at"])
    outbox.emit(ClaimDecided(claim=claim.pk))


@transaction.atomic
def detach_number(*, user: User, request: HttpRequest | None = None) -> None:
    """The number has another holder now: it opens this account no more. All else in it stays for its owner."""
    user = for_update(User.objects.filter(pk=user.pk)).get()
    if user.is_staff:
        raise NotAllowed(_("This number belongs to somebody who works here. Please write to us."))
    security_log.record(SecurityEvent.Kind.PHONE_CHANGED, user=user, request=request, phone=user.phone)
    user.phone, user.phone_verified = None, False
    user.save(update_fields=["phone", "phone_verified"])
    NumberClaim.objects.filter(user=user, status=NumberClaim.Status.WAITING).delete()
    end_sessions(user)
