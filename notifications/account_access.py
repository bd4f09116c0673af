"""Telling people that the way into their account, or the way out for their money, was changed."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.changes import Change
from accounts.events import AccessChanged, ClaimDecided, CodesCapped, NumberClaimed
from accounts.language import in_language_of
from accounts.models import NumberClaim, User
from accounts.permissions import supervisors
from core import crypto
from core.events import subscribe
from notifications import kinds
from notifications.kinds import GRAVE, Topic
from notifications.models import Notice
from notifications.services import notify, send_to_number

kinds.add("access", Topic.NEEDED, severity=GRAVE, useful=timedelta(days=1), insists=True)


@subscribe(NumberClaimed)
def number_claimed(event: NumberClaimed) -> None:
    """Ask the supervisors to decide."""
    for user in supervisors():
        with in_language_of(user):
            notify(
                user=user,
                kind="platform",
                title=_("Whose account is it?"),
                body=_("Somebody wants a long unused account back and has no password. Please decide."),
                link=reverse("admin:accounts_numberclaim_changelist"),
                key=f"number-claimed:{event.claim}",
            )


@subscribe(ClaimDecided)
def claim_decided(event: ClaimDecided) -> None:
    """Notify who has claimed the account by SMS: they cannot open the inbox yet."""
    claim = NumberClaim.objects.select_related("user").filter(pk=event.claim).first()
    if claim is None:
        return
    approved = claim.status == NumberClaim.Status.APPROVED
    with in_language_of(claim.user):
        notify(
            user=claim.user,
            kind="access",
            title=_("Log in with a code: it is yours") if approved else _("The account stays closed to you"),
            link=reverse("accounts:me"),
            level=Notice.Level.GOOD if approved else Notice.Level.WARN,
            key=f"claim-decided:{claim.pk}",
        )


@subscribe(CodesCapped)
def codes_capped(event: CodesCapped) -> None:
    """Notify the supervisors: is it an attack, or the first day of term?"""
    for user in supervisors():
        with in_language_of(user):
            what = _("signing up") if event.kind == "signup" else _("logging in")
            notify(
                user=user,
                kind="platform",
                title=_("No more codes to new numbers today (%(what)s)") % {"what": what},
                body=_(
                    "%(most)s were sent, the most in a day. Look at the security log; SMS_SIGNUPS_PER_DAY and "
                    "SMS_STRANGERS_PER_DAY are in the settings."
                )
                % {"most": event.most},
                level=Notice.Level.WARN,
                link=reverse("admin:accounts_securityevent_changelist"),
                key=f"codes-capped:{event.kind}:{event.day}",
            )


@subscribe(AccessChanged)
def access_changed(event: AccessChanged) -> None:
    """Notify the person on every channel that nobody can switch off, and the number that counted before."""
    user = User.objects.get(pk=event.user)
    with in_language_of(user):
        notice = notify(
            user=user,
            kind="access",
            title=str(Change(event.change).label),
            body=_("Was it you? If not, log in with a code, end the other sessions and write to us."),
            link=reverse("accounts:me"),
            level=Notice.Level.WARN,
        )
    if event.old_phone:
        send_to_number(notice, crypto.decrypt(event.old_phone))
