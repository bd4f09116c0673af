"""Refunds that their gateway cannot pay (a closed account, a card that expired): paid by hand, on two people's word."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from accounts.models import User
from core import clock, outbox
from core.db import for_update
from core.errors import Invalid, NotAllowed, WrongState
from payments.events import ManualRefundProposed
from payments.models import Account, ManualRefund, Reason, Refund
from payments.services.ledger import account, transfer
from payments.services.refunding import ask_refund, finish_refund

Kind, Way, Status = Account.Kind, ManualRefund.Way, ManualRefund.Status


@transaction.atomic
def propose_manual_refund(
    *, refund: Refund, actor: User, way: str, reference: str = "", reason: str, now: datetime | None = None
) -> ManualRefund:
    """Say that a refund which was given up was, or is to be, paid otherwise. No money moves before another person agrees.

    Invalid without a reason, or without the payment's number where money left our bank account; NotAllowed for one's
    own refund; WrongState while the gateway may still pay it, or when it was proposed already.
    """
    reference, reason = reference.strip()[:64], reason.strip()[:200]
    if way not in Way.values:
        raise Invalid(_("Say how it is paid."))
    if not reason:
        raise Invalid(_("Say why the gateway cannot pay it."))
    if way == Way.OUTSIDE and not reference:
        raise Invalid(_("Enter the number of the payment, so that it can be found again."))
    one = _locked(refund)
    if one.payment.user_id == actor.pk:
        raise NotAllowed(_("It is your own money: somebody else has to do this."))
    if one.status != Refund.Status.FAILED:
        raise WrongState(_("The gateway has not given this refund up."))
    if open_proposal(one):
        raise WrongState(_("It waits for a second person already."))
    made = ManualRefund.objects.create(
        refund=one,
        way=way,
        reference=reference,
        reason=reason,
        proposed_by=actor,
        created_at=now or clock.now(),
    )
    outbox.emit(ManualRefundProposed(manual_refund=made.pk))
    return made


def confirm_manual_refund(
    *, proposal: ManualRefund, actor: User, now: datetime | None = None
) -> ManualRefund:
    """A second person agrees: the money is booked, and the refund has arrived.

    The gateway is asked once more before, for money that came after all must not go twice; so never call this in a
    transaction. NotAllowed for the one who proposed it and for the customer; WrongState when it is decided or has
    arrived meanwhile. Idempotent for the one who has confirmed it.
    """
    ask_refund(proposal.refund, now=now)
    return _confirm(proposal, actor, now or clock.now())


@transaction.atomic
def _confirm(proposal: ManualRefund, actor: User, now: datetime) -> ManualRefund:
    refund = _locked(proposal.refund)
    proposal = for_update(ManualRefund.objects.filter(pk=proposal.pk)).get()
    if actor.pk in (proposal.proposed_by_id, refund.payment.user_id):
        raise NotAllowed(_("A second person has to confirm it."))
    if proposal.status == Status.CONFIRMED and proposal.decided_by_id == actor.pk:
        return proposal
    if refund.status == Refund.Status.DONE:
        raise WrongState(_("The gateway has paid it meanwhile. Reject this: the money must not go twice."))
    if not can_proceed(proposal.confirm):
        raise WrongState
    proposal.confirm(by=actor, now=now)
    proposal.save(update_fields=["status", "decided_by", "decided_at"])
    payment = refund.payment
    target = (
        account(Kind.WALLET, user=payment.user)
        if proposal.way == Way.WALLET
        else account(Kind.GATEWAY, gateway="bank")
    )
    transfer(
        key=f"refund-by-hand:{refund.no}",
        reason=Reason.REFUND_BY_HAND,
        ref=payment.ref,
        moves=[
            (account(Kind.REFUND_CLEARING, gateway=payment.gateway), -refund.amount),
            (target, refund.amount),
        ],
        actor=actor,
        note=proposal.reference or refund.no,
        now=now,
    )
    finish_refund(refund, now)
    return proposal


@transaction.atomic
def reject_manual_refund(*, proposal: ManualRefund, actor: User, now: datetime | None = None) -> ManualRefund:
    """It was not paid so, or must not be. The one who proposed it may take it back so, too."""
    _locked(proposal.refund)
    proposal = for_update(ManualRefund.objects.filter(pk=proposal.pk)).get()
    if proposal.status == Status.REJECTED:
        return proposal
    if not can_proceed(proposal.reject):
        raise WrongState
    proposal.reject(by=actor, now=now or clock.now())
    proposal.save(update_fields=["status", "decided_by", "decided_at"])
    return proposal


def open_proposal(refund: Refund) -> ManualRefund | None:
    """What waits for a second person, if anything does."""
    return (
        ManualRefund.objects.filter(refund=refund, status=Status.PROPOSED)
        .select_related("proposed_by")
        .first()
    )


def _locked(refund: Refund) -> Refund:
    return for_update(Refund.objects.filter(pk=refund.pk)).select_related("payment__user").get()
