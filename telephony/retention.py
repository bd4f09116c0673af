"""How long numbers are kept: the log stays, the numbers in it become 138****2046 for good."""

from datetime import timedelta

from django.conf import settings
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Concat, Left, Right

from core import clock
from telephony.models import CallAttempt, NumberBinding


def masked(field: str) -> Concat:
    """`core.phones.mask_phone` as an expression; right for what is masked already, and for nothing else."""
    return Concat(Left(F(field), 3), Value("****"), Right(F(field), 4), output_field=CharField())


def redact_calls() -> int:
    """Mask what is older than settings.PHONE_RETENTION_DAYS. Returns how many calls."""
    old = clock.now() - timedelta(days=settings.PHONE_RETENTION_DAYS)
    _redact_bindings(NumberBinding.objects.filter(created_at__lt=old, released_at__isnull=False))
    return _redact_calls(CallAttempt.objects.filter(at__lt=old))


def _redact_calls(calls: QuerySet[CallAttempt]) -> int:
    return calls.filter(redacted_at__isnull=True).update(
        callee_phone=masked("callee_phone"), redacted_at=clock.now()
    )


def _redact_bindings(bindings: QuerySet[NumberBinding]) -> int:
    return bindings.filter(redacted_at__isnull=True).update(
        a_phone=masked("a_phone"), b_phone=masked("b_phone"), redacted_at=clock.now()
    )


def forget_caller(own: int) -> None:
    """Who has asked to be forgotten has no order under way, so no number is bound for them any more."""
    now = clock.now()
    bindings = NumberBinding.objects.filter(Q(a_user=own) | Q(b_user=own))
    bindings.filter(ended_at__isnull=True).update(ended_at=now, next_try_at=now)
    _redact_bindings(bindings.filter(released_at__isnull=False))
    _redact_calls(CallAttempt.objects.filter(Q(caller=own) | Q(callee=own)))
