"""What changes about how a person gets in, or where their money goes: told to them at once, on every way there is, and
to the number that counted until now."""

from allauth.account.signals import password_changed, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.db import models, transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import security_log, sessions
from accounts.events import AccessChanged
from accounts.models import SecurityEvent, User
from core import crypto, outbox


class Change(models.TextChoices):
    """What has changed, as the person is told."""

    PHONE = "phone", _("Your mobile number was changed")
    PASSWORD = "password", _("Your password was changed")
    FACTOR_ON = "factor_on", _("A second factor was set up")
    FACTOR_OFF = "factor_off", _("Your second factor was turned off")
    RECOVERY = "recovery", _("New recovery codes were made")
    PAYOUT = "payout", _("A withdrawal goes to a new account")


def tell(user: User, change: Change, *, old_phone: str = "") -> None:
    """Have the person told; `old_phone` is the number that counted before, and is told too. (An app above sends it.)"""
    kept = crypto.encrypt(old_phone) if old_phone else ""  # events are kept for weeks
    with transaction.atomic():  # allauth's views change and signal outside of any
        outbox.emit(AccessChanged(user=user.pk, change=str(change), old_phone=kept))


def phone_changed(user: User, old_phone: str) -> None:
    """Another number counts from now on: both numbers hear of it. (`services.set_phone` has logged the others out.)"""
    tell(user, Change.PHONE, old_phone=old_phone)


def payout_changed(request: HttpRequest, user: User) -> None:
    """Money was asked for to an account that is new here."""
    with transaction.atomic():
        security_log.record(SecurityEvent.Kind.PAYOUT_CHANGED, user=user, request=request)
        sessions.end_sessions(user, keep=request.session.session_key)
        tell(user, Change.PAYOUT)


@receiver([password_changed, password_set])
def _password_changed(user, **kwargs) -> None:
    tell(user, Change.PASSWORD)


@receiver(authenticator_added)
def _factor_added(user, authenticator, **kwargs) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        tell(user, Change.FACTOR_ON)


@receiver(authenticator_removed)
def _factor_removed(user, authenticator, **kwargs) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        tell(user, Change.FACTOR_OFF)


@receiver(authenticator_reset)
def _codes_made_anew(user, **kwargs) -> None:
    tell(user, Change.RECOVERY)
