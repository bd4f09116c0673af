"""What gateways tell us, and what we refuse to believe."""

import logging
from collections.abc import Mapping

from django.db import IntegrityError, transaction

from core import clock
from core.errors import Invalid
from payments import gateways
from payments.models import GatewayNotice, Payment
from payments.services.paying import settle_payment

logger = logging.getLogger(__name__)

Outcome = GatewayNotice.Outcome


def take_callback(*, gateway: str, headers: Mapping[str, str], body: bytes) -> Payment | None:
    """Check a callback and settle the payment that it tells of.

    Raises BadCallback when it cannot be trusted (signature, time, or told before under the same nonce) and
    Invalid when it can, but does not fit the payment (unknown, other amount, other bill). Each refusal is logged;
    of trusted ones a row is kept. None when there was nothing to settle: it told of no payment, or it is what a
    gateway says again because our thanks got lost.
    """
    try:
        said = gateways.get(gateway).parse_callback(headers, body)
    except gateways.BadCallback as error:
        logger.warning("callback of %s refused: %s", gateway, error)
        raise
    if said is None:
        return None
    row = GatewayNotice(
        gateway=gateway,
        nonce=said.nonce,
        payment_no=said.payment_no[:16],
        amount=said.amount,
        outcome=Outcome.TAKEN,
        created_at=clock.now(),
    )
    try:
        with transaction.atomic():
            _once(row)
            payment = Payment.objects.filter(no=said.payment_no).first()
            if payment is not None and payment.gateway != gateway:
                raise Invalid(code="wrong_gateway")
            return settle_payment(payment_no=said.payment_no, amount=said.amount, gateway_no=said.gateway_no)
    except gateways.ToldBefore as error:
        if error.taken and gateways.get(gateway).repeats:
            return None
        logger.warning("callback %s of %s refused: told before", said.nonce, gateway)
        raise
    except Invalid as error:
        row.pk, row.outcome, row.error = None, Outcome.REFUSED, f"{error.code}: {error}"[:200]
        row.save(force_insert=True)
        logger.error("callback %s of %s for %s refused: %s", said.nonce, gateway, said.payment_no, error)
        raise


def _once(row: GatewayNotice) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        first = GatewayNotice.objects.get(gateway=row.gateway, nonce=row.nonce)
        same = (first.payment_no, first.amount) == (row.payment_no, row.amount)
        raise gateways.ToldBefore(taken=same and first.outcome == Outcome.TAKEN) from None
