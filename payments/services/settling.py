"""What merchants sell through the platform: booked at hand-over, free after the complaint window, settled by day."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Actor
from core import clock
from core.db import for_update
from core.errors import Invalid, WrongState
from core.money import percent_of
from payments.models import Account, Reason, Sale, Settlement, Withdrawal
from payments.services.ledger import account, lock_accounts, refuse_reused_key, transfer
from payments.services.withdrawing import Payee, pay_merchant

Kind = Account.Kind


@transaction.atomic
def book_sale(
    *, ref: str, merchant, rule, goods_fen: int, actor: Actor = None, now: datetime | None = None
) -> Sale:
    """Goods of `goods_fen` were handed to a courier on the platform's account: out of what is held for the order, to
    the merchant, less the commission of `rule` (a catalog.CommissionRule, or None).

    Twice for the same order is once; with another amount or merchant it raises Invalid.
    """
    now = now or clock.now()
    # The lock comes before the look: who books twice at once must see what the first one did.
    escrow = lock_accounts([account(Kind.ESCROW, ref=ref)]).popitem()[1]
    if first := Sale.objects.filter(ref=ref).first():
        if (first.merchant_id, first.goods_fen) != (merchant.pk, goods_fen):
            refuse_reused_key()
        return first
    commission = percent_of(goods_fen, rule.percent) if rule else 0
    sale = Sale.objects.create(
        ref=ref, merchant=merchant, rule=rule, goods_fen=goods_fen, commission_fen=commission, sold_at=now
    )
    transfer(
        key=f"sale:{ref}",
        reason=Reason.SALE,
        ref=ref,
        moves=[
            (escrow, -goods_fen),
            (account(Kind.MERCHANT_PAYABLE, merchant=merchant), goods_fen - commission),
            (account(Kind.PLATFORM_INCOME, campus=merchant.campus), commission),
        ],
        actor=actor,
        note=merchant.name,
        now=now,
    )
    return sale


def release_sale(*, ref: str, now: datetime | None = None) -> None:
    """Nobody can complain about the order any more: its sale belongs to the next settlement. Idempotent."""
    Sale.objects.filter(ref=ref, released_at__isnull=True).update(released_at=now or clock.now())


def settle_day(day: date) -> int:
    """Make each merchant's settlement of what has become free until the end of `day`. A day that was settled stays as
    it is. Returns how many were made."""
    until = clock.midnight(day + timedelta(days=1))
    free = Sale.objects.filter(settlement__isnull=True, released_at__lt=until)
    merchants = free.order_by("merchant").values_list("merchant", "merchant__campus").distinct()
    return sum(_settle(merchant, campus, day, until) for merchant, campus in list(merchants))


def _settle(merchant_pk: int, campus_pk: int, day: date, until: datetime) -> bool:
    try:
        with transaction.atomic():
            free = Sale.objects.filter(merchant=merchant_pk, settlement__isnull=True, released_at__lt=until)
            sales = list(for_update(free))
            if not sales:
                return False
            made = Settlement.objects.create(
                merchant_id=merchant_pk,
                campus_id=campus_pk,
                day=day,
                sales_count=len(sales),
                goods_fen=sum(sale.goods_fen for sale in sales),
                commission_fen=sum(sale.commission_fen for sale in sales),
                charged_fen=sum(sale.charged_fen for sale in sales),
                created_at=clock.now(),
            )
            Sale.objects.filter(pk__in=[sale.pk for sale in sales]).update(settlement=made)
    except IntegrityError:  # that day is settled: these belong to the next one
        return False
    return True


@transaction.atomic
def request_payout(*, settlement: Settlement, actor: Actor, now: datetime | None = None) -> Withdrawal:
    """Ask for the payment of a settlement to the merchant's account; another person approves it. Idempotent."""
    one = (
        for_update(Settlement.objects.filter(pk=settlement.pk)).select_related("merchant", "withdrawal").get()
    )
    if not one.payable:
        return one.withdrawal
    merchant = one.merchant
    owner = merchant.owners.order_by("pk").first()
    if owner is None or not merchant.payee_account or not merchant.payee_holder:
        raise Invalid(_("Enter the merchant's owner and account first."))
    if one.net_fen <= 0:
        raise WrongState(_("There is nothing to pay."))
    tries = one.withdrawal.key.rpartition(":")[2] if one.withdrawal else "0"
    one.withdrawal = pay_merchant(
        key=f"settlement:{one.no}:{int(tries) + 1}",
        merchant=merchant,
        user=owner,
        amount=one.net_fen,
        payee=Payee(
            merchant.payee_channel, merchant.payee_holder, merchant.payee_account, merchant.payee_bank
        ),
        actor=actor,
        now=now,
    )
    one.save(update_fields=["withdrawal"])
    return one.withdrawal
