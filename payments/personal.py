"""A person's money as part of their own data, and what stands against an erasure."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.personal import blocks_erasure, exports, named, transacts
from core.personal_data import Erasure, Keeps, Reader, erases, not_personal, personal
from payments.models import Account, Entry, Payment, Refund, Withdrawal
from payments.services.forgetting import forget_payee, mask_old_payees

OWN, FINANCE = Reader.PERSON, Reader.FINANCE
BOOKS = gettext_lazy("the books: transactions are kept for three years (E-commerce Law, article 31)")

personal(
    "payments.Account", "user code", exported="money",
    purpose=BOOKS, law=BOOKS, readers=(OWN, FINANCE), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "payments.Transfer", "actor note", exported="money",
    purpose=BOOKS, law=BOOKS, readers=(FINANCE,), erasure=Erasure.RESTRICT,
)  # fmt: skip
personal(
    "payments.Payment", "user gateway_no", exported="money",
    purpose=BOOKS, law=BOOKS, readers=(OWN, FINANCE), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "payments.Withdrawal", "holder account_no bank openid", exported="money",
    keeps=Keeps(period="transactions", sweep=mask_old_payees),
    purpose=gettext_lazy("to pay money out"), law=BOOKS, readers=(OWN, FINANCE), erasure=Erasure.MASK,
)  # fmt: skip
personal(
    "payments.Withdrawal", "confirm", about="user",
    purpose=gettext_lazy("to pay money out"), readers=(OWN,), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "payments.Withdrawal", "reason error", mentions="user", exported="money",
    purpose=BOOKS, law=BOOKS, readers=(OWN, FINANCE), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "payments.Withdrawal", "user requested_by decided_by gateway_no", exported="money",
    purpose=BOOKS, law=BOOKS, readers=(OWN, FINANCE), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "payments.SandboxTransfer", "account_no",
    purpose=gettext_lazy("to pay money out"), readers=(FINANCE,), erasure=Erasure.MASK,
)  # fmt: skip
personal(
    "payments.ManualRefund", "proposed_by decided_by reason reference",
    purpose=BOOKS, law=BOOKS, readers=(FINANCE,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "payments.Reconciliation", "actor",
    purpose=BOOKS, law=BOOKS, readers=(FINANCE,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "payments.Discrepancy", "settled_by note",
    purpose=BOOKS, law=BOOKS, readers=(FINANCE,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "payments.Complaint", "words reason", about="payment__user",
    purpose=gettext_lazy("to answer what they complain of at the provider"), readers=(FINANCE, Reader.OPERATORS),
    erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "payments.ComplaintReply", "by words", mentions="complaint__payment__user",
    purpose=gettext_lazy("to answer what they complain of at the provider"), readers=(FINANCE, Reader.OPERATORS),
    erasure=Erasure.PSEUDONYM,
)  # fmt: skip
not_personal(
    "payments.Account.ref", "payments.Transfer.key", "payments.Transfer.ref", "payments.Payment.no",
    "payments.Payment.key", "payments.Payment.ref", "payments.Refund", "payments.GatewayNotice",
    "payments.Withdrawal.no", "payments.Withdrawal.key", "payments.Reconciliation.scope",
    "payments.Reconciliation.error", "payments.Discrepancy.scope", "payments.Discrepancy.kind", "payments.Discrepancy.no",
    "payments.Discrepancy.ref", "payments.SandboxBill", "payments.SandboxRefund", "payments.SandboxTransfer.withdrawal_no",
    "payments.Settlement", "payments.Sale",
)  # fmt: skip

OWN = [Account.Kind.WALLET, Account.Kind.COURIER_EARNINGS, Account.Kind.COURIER_WITHDRAWABLE]


@exports("money")
def money_of(user) -> dict:
    entries = Entry.objects.filter(account__user=user).select_related("account", "transfer").order_by("pk")
    return {
        "accounts": [
            {"kind": named(account, "kind"), "balance_fen": account.balance}
            for account in Account.objects.filter(user=user).order_by("kind")
        ],
        "entries": [
            {
                "at": entry.transfer.created_at.isoformat(),
                "account": named(entry.account, "kind"),
                "amount_fen": entry.amount,
                "reason": named(entry.transfer, "reason"),
                "order": entry.transfer.ref,
            }
            for entry in entries
        ],
        "payments": [
            {
                "no": payment.no,
                "for": payment.ref,
                "gateway": named(payment, "gateway"),
                "amount_fen": payment.amount,
                "refunded_fen": payment.refunded,
                "status": named(payment, "status"),
                "at": payment.created_at.isoformat(),
            }
            for payment in Payment.objects.filter(user=user).order_by("pk")
        ],
        "withdrawals": [
            {
                "no": one.no,
                "out_of": named(one, "source"),
                "to": named(one, "channel"),
                "holder": one.holder,
                "account": one.account_no,
                "bank": one.bank,
                "amount_fen": one.amount,
                "status": named(one, "status"),
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


@erases
def forget_payees(user) -> None:
    forget_payee(user)


@transacts("withdrawals")
def paid_out_to(user) -> list[dict]:
    return [
        {"no": one.no, "holder": one.holder, "account": one.account_no, "bank": one.bank, "amount_fen": one.amount,
         "at": one.created_at.isoformat()}
        for one in Withdrawal.objects.filter(user=user, status=Withdrawal.Status.PAID).order_by("pk")
    ]  # fmt: skip


@transacts("payments", gateway=Payment.Gateway)
def paid_by(user) -> list[dict]:
    return [
        {"no": one.no, "for": one.ref, "gateway": one.gateway, "amount_fen": one.amount, "at": one.paid_at.isoformat()}
        for one in Payment.objects.filter(user=user, paid_at__isnull=False).order_by("pk")
    ]  # fmt: skip
