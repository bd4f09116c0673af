"""A person's money as part of their own data, and what stands against an erasure."""

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.personal import blocks_erasure, exports
from payments.models import Account, Entry, Payment, Refund, Withdrawal

OWN = [Account.Kind.WALLET, Account.Kind.COURIER_EARNINGS, Account.Kind.COURIER_WITHDRAWABLE]


@exports("money")
def money_of(user) -> dict:
    entries = Entry.objects.filter(account__user=user).select_related("account", "transfer").order_by("pk")
    return {
        "accounts": [
            {"kind": account.kind, "balance_fen": account.balance}
            for account in Account.objects.filter(user=user).order_by("kind")
        ],
        "entries": [
            {
                "at": entry.transfer.created_at.isoformat(),
                "account": entry.account.kind,
                "amount_fen": entry.amount,
                "reason": entry.transfer.reason,
                "order": entry.transfer.ref,
            }
            for entry in entries
        ],
        "payments": [
            {
                "no": payment.no,
                "for": payment.ref,
                "gateway": payment.gateway,
                "amount_fen": payment.amount,
                "refunded_fen": payment.refunded,
                "status": payment.status,
                "at": payment.created_at.isoformat(),
            }
            for payment in Payment.objects.filter(user=user).order_by("pk")
        ],
        "withdrawals": [
            {
                "no": one.no,
                "out_of": one.source,
                "to": f"{one.channel} {one.masked_account}",
                "amount_fen": one.amount,
                "status": one.status,
                "at": one.created_at.isoformat(),
            }
            for one in Withdrawal.objects.filter(user=user).order_by("pk")
        ],
    }


@blocks_erasure
def money_left(user) -> str:
    if Account.objects.filter(user=user, kind__in=OWN).exclude(balance=0).exists():
        return _("There is money in your wallet or earnings. Spend it or have it paid out first.")
    if Withdrawal.objects.filter(user=user, status__in=Withdrawal.ON_THE_WAY).exists():
        return _("A withdrawal of yours is still on its way.")
    on_the_way = Refund.objects.filter(Q(payment__user=user) & ~Q(status=Refund.Status.DONE)).exists()
    return _("A refund to you is still on its way.") if on_the_way else ""
