"""Sweeps. What is due stands in the database: a sweep that is lost costs its period, nothing else."""

import time

from celery import shared_task

from core import outbox
from exceptions.audit import running as auditor
from exceptions.detection import scanner
from exceptions.escalation import audit as escalation_audit
from exceptions.escalation import services as escalation
from exceptions.tickets import services

# Seconds; as the entry in campus_errand.celery.
SCAN_EVERY = 0.5


@shared_task
def scan() -> int:
    """Every half second: what is due, and questions that nobody answered. What becomes due until the next time is waited
    for, so that an alert is on the operators' screens at its own time."""
    tickets = _scan()
    wait = scanner.seconds_to_next()
    if wait is not None and wait < SCAN_EVERY:
        time.sleep(wait)
        tickets += _scan()
    return tickets


def _scan() -> int:
    with outbox.deferred_delivery():  # the next batch goes before the telling
        found = scanner.scan()
        silent = services.expire_questions()
    if found.claimed or silent:
        outbox.drain()  # at once
    return found.tickets


@shared_task
def close_resolved() -> int:
    return services.close_resolved()


@shared_task
def escalate() -> int:
    """Every five seconds: clocks that ran out, and the steps of escalations that are due."""
    services.record_missed_clocks()
    return escalation.run_due()


@shared_task
def audit_escalations() -> int | None:
    """Every minute: what was lost of them."""
    return escalation_audit.run()


@shared_task
def renew_promises() -> int:
    """Every quarter of a minute: clocks that ran out, and news that were promised and did not come."""
    return services.record_missed_clocks() + services.renew_promises()


@shared_task
def audit() -> int | None:
    """Every hour. Only a run that found nothing tells the outside monitor."""
    findings = auditor.run()
    if findings == 0:
        auditor.ping()
    return findings
