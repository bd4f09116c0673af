"""Payees' accounts: what is left of them when nobody needs them any more."""

from django.db.models import QuerySet

from accounts.models import User
from core import clock
from core.masking import mask_account
from core.personal_data import period
from payments.models import SandboxTransfer, Withdrawal

BATCH = 500


def forget_payee(user: User) -> int:
    """A person was erased: their accounts are masked on every withdrawal. Returns how many."""
    return _mask(Withdrawal.objects.filter(user=user, redacted_at=None))


def mask_old_payees(limit: int = 20_000) -> int:
    """Mask the accounts of withdrawals that ended longer ago than the law asks for. Returns how many."""
    old = Withdrawal.objects.filter(done_at__lt=clock.now() - period("transactions"), redacted_at=None)
    return _mask(old.order_by("pk")[:limit])


def _mask(found: QuerySet[Withdrawal]) -> int:
    count = 0
    for one in found.only("pk", "no", "account_no").iterator(BATCH):
        masked = mask_account(one.account_no) if one.account_no else ""
        Withdrawal.objects.filter(pk=one.pk).update(
            account_no=masked, holder="", openid="", bank="", redacted_at=clock.now()
        )
        SandboxTransfer.objects.filter(withdrawal_no=one.no).update(account_no=masked)
        count += 1
    return count
