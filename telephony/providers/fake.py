"""Masked numbers without a telephone network, for the demo and for tests: a pool that never binds one twice to a person.

Its calls are imagined: some seconds after a number was given out, somebody has answered, or has not.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from core.phones import is_mainland
from telephony.models import CallAttempt, NumberBinding
from telephony.providers.base import MaskedNumber, Provider, ProviderError, Report

Result = CallAttempt.Result

POOL = 500
RINGS = timedelta(seconds=8)
_ENDS = (Result.ANSWERED, Result.ANSWERED, Result.UNANSWERED, Result.ANSWERED, Result.BUSY)


class Fake(Provider):
    name = "fake"

    @property
    def configured(self) -> bool:
        return not settings.PRODUCTION

    def reaches(self, phone: str) -> bool:
        """Whom the providers reach that it stands in for."""
        return is_mainland(phone)

    def bind(self, *, a: str, b: str, until: datetime) -> MaskedNumber:
        """Unlike a real one it can look into our own table: X must tell A's partners apart, and B's."""
        bound = NumberBinding.objects.filter(provider=self.name, released_at__isnull=True).exclude(number="")
        taken = set(
            bound.filter(Q(a_phone__in=[a, b]) | Q(b_phone__in=[a, b])).values_list("number", flat=True)
        )
        for place in range(POOL):
            number = f"1700000{place:04d}"
            if number not in taken:
                # The same pair gets the same number again later; the ref is another.
                return MaskedNumber(number, f"fake-{number}-{a[-4:]}{b[-4:]}-{until.timestamp():.0f}")
        raise ProviderError("the pool is empty")

    def renew(self, binding: NumberBinding, until: datetime) -> None:
        pass

    def unbind(self, binding: NumberBinding) -> None:
        pass

    def pull_reports(self, now: datetime) -> list[Report]:
        told = []
        waiting = CallAttempt.objects.filter(
            provider=self.name, result=Result.ASKED, at__lte=now - RINGS, at__gte=now - timedelta(hours=1)
        ).select_related("binding")
        for call in waiting.order_by("pk")[:100]:
            binding = call.binding
            caller = binding.a_phone if call.callee_phone == binding.b_phone else binding.b_phone
            result = _ENDS[call.pk % len(_ENDS)]
            seconds = 15 + call.pk * 37 % 150 if result == Result.ANSWERED else 0
            told.append(
                Report(
                    f"fake-{call.pk}",
                    binding.ref,
                    binding.number,
                    caller,
                    call.callee_phone,
                    call.at,
                    result,
                    seconds,
                )
            )
        return told
