"""Whole account numbers, for people: each is a line in the security log."""

from django.utils.translation import gettext as _

from accounts import security_log
from accounts.models import SecurityEvent, User
from core.errors import Invalid
from payments.models import Withdrawal


def reveal_account(*, withdrawal: Withdrawal, actor: User, reason: str) -> str:
    """The whole account number of a withdrawal, for a stated reason."""
    if not reason.strip():
        raise Invalid(_("Say why you need the number."))
    log_account_shown(withdrawal=withdrawal, actor=actor, reason=reason.strip()[:150])
    return withdrawal.account_no


def log_account_shown(*, withdrawal: Withdrawal, actor: User, reason: str) -> None:
    security_log.record(
        SecurityEvent.Kind.NUMBER_SHOWN,
        user=withdrawal.user,
        actor=actor,
        number="account",
        withdrawal=withdrawal.no,
        reason=reason,
    )
