"""Writing down what was decided, with who bore it."""

from collections.abc import Mapping

from accounts.models import Actor
from core import clock
from exceptions.models import CompensationRule, Ruling, RulingShare, Ticket


def record_payment(
    *,
    ticket: Ticket,
    kind: str,
    amount_fen: int,
    allocation: Mapping[str, int],
    reason: str,
    actor: Actor,
    key: str,
    rule: CompensationRule | None = None,
    ruled_fen: int | None = None,
) -> Ruling:
    """A refund or compensation as it was booked: `allocation` is fen by payer (`payments.services.cost_allocation`), and
    adds up to the amount. The courier is named where they bear a part. `key` is the button's press."""
    if sum(allocation.values()) != amount_fen:
        raise ValueError(f"{allocation} does not make {amount_fen} fen")
    ruling = Ruling.objects.create(
        ticket=ticket,
        kind=kind,
        courier=ticket.courier if allocation.get(RulingShare.Payer.COURIER) else None,
        amount_fen=amount_fen,
        rule=rule,
        ruled_fen=ruled_fen,
        reason=reason,
        by=actor,
        key=key,
        created_at=clock.now(),
    )
    RulingShare.objects.bulk_create(
        RulingShare(ruling=ruling, payer=payer, fen=fen) for payer, fen in allocation.items()
    )
    return ruling
