"""Withdrawals: asked for by whose money it is, approved by somebody else, paid by a gateway or by hand."""

import logging
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from accounts.models import Actor, User
from core import clock, outbox, realtime
from core.db import for_update, for_update_skip_locked
from core.errors import Invalid, NotAllowed, WrongState
from core.money import yuan
from notifications.selectors import wechat_of
from payments import gateways
from payments.events import WithdrawalMoved, WithdrawalWaits
from payments.models import Account, Reason, Withdrawal
from payments.services.ledger import account, lock_accounts, refuse_reused_key, transfer
from payments.services.refunding import top_ups_of

logger = logging.getLogger(__name__)

Kind = Account.Kind
Status = Withdrawal.Status
# What one person may ask for: at least and at most at once, and in one day.
LEAST_FEN, MOST_FEN, DAY_FEN, DAY_TIMES = 1_00, 2_000_00, 5_000_00, 5
# A gateway that does not answer is asked for so long before a person may step in.
MAX_ATTEMPTS = 8
# Seconds between two questions at most: while a gateway is silent, and about what it has on its way.
SILENT, UNDER_WAY = 3600, 300


@dataclass(frozen=True)
class Payee:
    """Whose account, and where: `channel` is one of Withdrawal.Channel, `bank` the bank's name for a card."""

    channel: str
    holder: str
    account_no: str
    bank: str = ""


@transaction.atomic
def request_withdrawal(
    *,
    key: str,
    user,
    campus,
    source: str,
    amount: int,
    payee: Payee,
    actor: Actor = None,
    now: datetime | None = None,
) -> Withdrawal:
    """Ask for `amount` fen out of the wallet or the withdrawable earnings. The money leaves that account at once and
    waits for approval.

    The same key gives the first request back; with anything else in it, Invalid. So does an amount outside of the
    limits, or more than there is.
    """
    now, actor = now or clock.now(), actor or user
    # The lock comes before the look: who asks twice at once must see what the first one did.
    source_account = account(Withdrawal.ACCOUNTS[Withdrawal.Source(source)], user=user)
    there = withdrawable(source, user, lock_accounts([source_account])[source_account.pk].balance)
    asked = {"user_id": user.pk, "source": source, "amount": amount, **asdict(payee)}
    if first := Withdrawal.objects.filter(key=key).first():
        if any(getattr(first, name) != value for name, value in asked.items()):
            refuse_reused_key()
        return first
    _check_limits(user, amount, now)
    if amount > there:
        raise Invalid(_("Only %(there)s can be withdrawn.") % {"there": yuan(there)}, code="balance_short")
    gateway = gateways.find(payee.channel)
    openid = wechat_of(user) if gateway and gateway.pays_by_openid else ""
    made = Withdrawal(
        **asked, key=key, campus=campus, requested_by=actor, openid=openid, created_at=now
    )  # fmt: skip
    return _open(made, source_account)


def pay_merchant(
    *, key: str, merchant, user, amount: int, payee: Payee, actor: Actor, now: datetime | None = None
) -> Withdrawal:
    """What a merchant has sold, to the merchant's account: asked for by `actor`, told to `user`, the owner. The caller
    holds what is settled locked, and sees to it that the same key asks once."""
    made = Withdrawal(
        **asdict(payee), key=key, user=user, merchant=merchant, campus=merchant.campus, amount=amount,
        source=Withdrawal.Source.MERCHANT, requested_by=actor, created_at=now or clock.now(),
    )  # fmt: skip
    return _open(made, _source_account(made))


def _open(made: Withdrawal, source_account: Account) -> Withdrawal:
    made.save(force_insert=True)
    aside = account(Kind.WITHDRAWALS, gateway=made.channel)
    _move(made, Reason.WITHDRAWAL, source_account, aside, actor=made.requested_by, now=made.created_at)
    _tell(made)
    return made


def _source_account(one: Withdrawal) -> Account:
    kind = Withdrawal.ACCOUNTS[Withdrawal.Source(one.source)]
    return account(kind, merchant=one.merchant) if one.merchant else account(kind, user=one.user)


def withdrawable(source: str, user, balance: int) -> int:
    """What of an account's balance may be paid out to any account of the person's. A wallet's top-ups may not: they go
    back the way they came (`return_top_ups`), so that a wallet launders nothing."""
    if source != Withdrawal.Source.WALLET:
        return balance
    topped_up = top_ups_of(user).aggregate(fen=Sum(F("amount") - F("refunded")))["fen"] or 0
    return max(balance - topped_up, 0)


def _check_limits(user, amount: int, now: datetime) -> None:
    if not LEAST_FEN <= amount <= MOST_FEN:
        raise Invalid(
            _("Between %(least)s and %(most)s can be withdrawn at once.")
            % {"least": yuan(LEAST_FEN), "most": yuan(MOST_FEN)}
        )
    midnight = clock.midnight(clock.local_day(now))
    today = Withdrawal.objects.filter(user=user, created_at__gte=midnight).exclude(
        status__in=[Status.REFUSED, Status.CANCELLED, Status.FAILED]
    )
    taken = today.aggregate(fen=Sum("amount"))["fen"] or 0
    if taken + amount > DAY_FEN or today.count() >= DAY_TIMES:
        raise Invalid(
            _("At most %(times)s withdrawals and %(most)s a day. Please ask again tomorrow.")
            % {"times": DAY_TIMES, "most": yuan(DAY_FEN)},
            code="day_limit",
        )


@transaction.atomic
def approve_withdrawal(*, withdrawal: Withdrawal, actor: User, now: datetime | None = None) -> Withdrawal:
    """Let it be paid. Never by the one who asked for it, nor by the one who gets it."""
    now = now or clock.now()
    one = _locked(withdrawal)
    _check_other_person(one, actor)
    if one.status == Status.APPROVED and one.decided_by_id == actor.pk:
        return one
    _step(one.approve, by=actor, now=now)
    if gateways.transferring(one):
        one.next_try_at = now
    return _saved(one)


@transaction.atomic
def refuse_withdrawal(
    *, withdrawal: Withdrawal, actor: User, reason: str, now: datetime | None = None
) -> Withdrawal:
    """Say no, with a reason that the person reads. The money is back at once."""
    now = now or clock.now()
    if not reason.strip():
        raise Invalid(_("Say why, as the person will read it."))
    one = _locked(withdrawal)
    _check_other_person(one, actor)
    _step(one.refuse, by=actor, reason=reason.strip()[:120], now=now)
    return _give_back(one, actor, now)


@transaction.atomic
def cancel_withdrawal(*, withdrawal: Withdrawal, actor: User, now: datetime | None = None) -> Withdrawal:
    """The person thinks again, before anybody has approved it."""
    now = now or clock.now()
    one = _locked(withdrawal)
    if actor.pk not in (one.user_id, one.requested_by_id):
        raise NotAllowed
    if one.status == Status.CANCELLED:
        return one
    _step(one.cancel, now=now)
    return _give_back(one, actor, now)


@transaction.atomic
def book_paid(
    *, withdrawal: Withdrawal, actor: Actor, gateway_no: str, now: datetime | None = None
) -> Withdrawal:
    """Finance has paid it by hand: the number of that payment is written down."""
    if not gateway_no.strip():
        raise Invalid(_("Enter the number of the payment, so that it can be found again."))
    one = _locked(withdrawal)
    _check_by_hand(one)
    return _finish(one, gateway_no.strip()[:64], actor=actor, now=now or clock.now())


@transaction.atomic
def book_failed(
    *, withdrawal: Withdrawal, actor: Actor, reason: str, now: datetime | None = None
) -> Withdrawal:
    """It could not be paid by hand (a closed account, say): the money goes back to where it came from."""
    now = now or clock.now()
    if not reason.strip():
        raise Invalid(_("Say why, as the person will read it."))
    one = _locked(withdrawal)
    _check_by_hand(one)
    _step(one.fail, reason=reason.strip()[:120], now=now)
    return _give_back(one, actor, now)


def needs_hand(one: Withdrawal) -> bool:
    """Whether a person has to pay it: no gateway does, or the one that should has not answered for long. Never while
    a gateway has it."""
    if one.status != Status.APPROVED or one.taken:
        return False
    return one.attempts >= MAX_ATTEMPTS if one.next_try_at else True


def send_withdrawals(now: datetime | None = None, batch: int = 50) -> int:
    """Have approved withdrawals paid by their gateways. Claim, commit, send, book; one that may have been sent
    before is asked about first. Returns how many arrived."""
    now = now or clock.now()
    with transaction.atomic():
        due = Withdrawal.objects.filter(status=Status.APPROVED, next_try_at__lte=now).order_by("next_try_at")
        ours = list(for_update_skip_locked(due)[:batch])
        for one in ours:
            one.attempts += 1
            longest = UNDER_WAY if one.taken else SILENT
            one.next_try_at = now + timedelta(seconds=min(30 * 2 ** min(one.attempts, 7), longest))
            one.save(update_fields=["attempts", "next_try_at"])
    return sum(_send(one, now) for one in ours)


def _send(one: Withdrawal, now: datetime) -> bool:
    gateway, said, error, refused = gateways.get(one.channel), None, "", False
    try:
        said = gateway.query_transfer(one) if one.attempts > 1 else None
        said = said or gateway.transfer(one)
    except gateways.TransferRefused as problem:
        error, refused = str(problem), True
    except gateways.GatewayError as problem:
        error = str(problem)
        logger.warning("withdrawal %s was not taken: %s", one.no, problem)
    with transaction.atomic():
        one = _locked(one)
        if one.status != Status.APPROVED:
            return False
        if said and said.no:
            _finish(one, said.no, actor=None, now=now)
        elif refused:
            _step(one.fail, reason=error[:120], now=now)
            _give_back(one, None, now)
        elif said:
            _under_way(one, said)
        else:
            one.error = error[:200]
            one.save(update_fields=["error"])
    return bool(said and said.no)


def _under_way(one: Withdrawal, said: gateways.Transferred) -> None:
    asks = said.confirm and said.confirm != one.confirm
    one.taken, one.error, one.confirm = True, "", said.confirm or one.confirm
    one.save(update_fields=["taken", "error", "confirm"])
    if asks:
        outbox.emit(WithdrawalWaits(withdrawal=one.pk))
        _tell(one)


@transaction.atomic
def ask_again(*, withdrawal: Withdrawal, now: datetime | None = None) -> None:
    """The person says that it has been taken: the gateway is asked with the next sweep."""
    one = _locked(withdrawal)
    if one.status == Status.APPROVED and one.taken:
        one.next_try_at = now or clock.now()
        one.save(update_fields=["next_try_at"])


def _finish(one: Withdrawal, gateway_no: str, *, actor: Actor, now: datetime) -> Withdrawal:
    _step(one.finish, gateway_no=gateway_no, now=now)
    on_the_way, outside = (account(kind, gateway=one.channel) for kind in (Kind.WITHDRAWALS, Kind.GATEWAY))
    _move(one, Reason.WITHDRAWAL_PAID, on_the_way, outside, actor=actor, now=now)
    return _saved(one)


def _give_back(one: Withdrawal, actor: Actor, now: datetime) -> Withdrawal:
    source_account = _source_account(one)
    on_the_way = account(Kind.WITHDRAWALS, gateway=one.channel)
    _move(one, Reason.WITHDRAWAL_BACK, on_the_way, source_account, actor=actor, now=now)
    return _saved(one)


def _move(
    one: Withdrawal, reason: str, source: Account, target: Account, *, actor: Actor, now: datetime
) -> None:
    transfer(
        key=f"{reason}:{one.no}",
        reason=reason,
        ref=one.no,
        moves=[(source, -one.amount), (target, one.amount)],
        actor=actor,
        note=one.no,
        now=now,
    )


def _locked(withdrawal: Withdrawal) -> Withdrawal:
    return for_update(Withdrawal.objects.filter(pk=withdrawal.pk)).select_related("user", "merchant").get()


def _check_other_person(one: Withdrawal, actor: User) -> None:
    if actor.pk in (one.user_id, one.requested_by_id):
        raise NotAllowed(_("Somebody else has to decide this: it is your own request."))


def _check_by_hand(one: Withdrawal) -> None:
    if one.status == Status.APPROVED and not needs_hand(one):
        raise WrongState(_("The provider is paying it. Wait until it has answered."))


def _step(transition, **given) -> None:
    try:
        transition(**given)
    except TransitionNotAllowed as error:
        raise WrongState from error


def _saved(one: Withdrawal) -> Withdrawal:
    one.save()
    outbox.emit(WithdrawalMoved(withdrawal=one.pk, status=one.status))
    _tell(one)
    return one


def _tell(one: Withdrawal) -> None:
    """The pages of the person look again."""
    realtime.broadcast(f"user.{one.user_id}", "wallet", id=str(one.user_id), v=one.pk)
