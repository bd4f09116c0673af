"""Whether a provider answers: after three failures in a row it is left alone but for one try now and then, so that no
message is spent on it (the circuit is open), and the supervisors are told. The first success closes the circuit again."""

from datetime import datetime, timedelta

from core import outbox
from core.db import for_update
from notifications.events import CircuitClosed, CircuitOpened
from notifications.models import Circuit, Send

FAILURES = 3
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=2)


def unavailable_channels(now: datetime | None = None) -> set[str]:
    """The channels whose circuit is open; with `now`, only those that are not to be tried at this moment."""
    opened = Circuit.objects.filter(opened_at__isnull=False)
    if now is not None:
        opened = opened.filter(probe_at__gt=now)
    return set(opened.values_list("channel", flat=True))


def may_try(provider: str, now: datetime) -> bool:
    """Whether a message may be tried. Of those who ask while the circuit is open, one is let through now and then."""
    if not Circuit.objects.filter(provider=provider, opened_at__isnull=False).exists():
        return True
    circuit = for_update(Circuit.objects.filter(provider=provider)).get()
    if circuit.opened_at is None:
        return True
    if circuit.probe_at > now:
        return False
    circuit.probe_at = now + _pause(circuit)
    circuit.save(update_fields=["probe_at"])
    return True


def failed(channel: str, provider: str, error: str, now: datetime) -> None:
    """One more failure that is the provider's. In the caller's transaction."""
    Circuit.objects.get_or_create(provider=provider, defaults={"channel": channel})
    circuit = for_update(Circuit.objects.filter(provider=provider)).get()
    circuit.failures += 1
    circuit.failing_since = circuit.failing_since or now
    circuit.error = error[:200]
    if circuit.failures >= FAILURES:
        circuit.probe_at = now + _pause(circuit)
        if circuit.opened_at is None:
            circuit.opened_at = now
            outbox.emit(CircuitOpened(circuit=circuit.pk, since=now))
    circuit.save()


def worked(provider: str, now: datetime) -> None:
    """It answers. What waited for it is due at once."""
    if not Circuit.objects.filter(provider=provider, failures__gt=0).exists():
        return
    circuit = for_update(Circuit.objects.filter(provider=provider)).get()
    if circuit.opened_at is not None:
        waiting = Send.objects.filter(channel=circuit.channel, status=Send.Status.FAILED)
        outbox.emit(
            CircuitClosed(
                circuit=circuit.pk,
                since=circuit.opened_at,
                waiting=Send.objects.filter(channel=circuit.channel, status__in=Send.DUE).count(),
            )
        )
        waiting.update(next_try_at=now)
    circuit.failures, circuit.error = 0, ""
    circuit.failing_since = circuit.opened_at = circuit.probe_at = None
    circuit.save()


def _pause(circuit: Circuit) -> timedelta:
    return min(FIRST_PAUSE * 2 ** min(circuit.failures - FAILURES, 8), LONGEST_PAUSE)
