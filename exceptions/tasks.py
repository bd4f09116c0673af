"""Sweeps. What is due stands in the database: a sweep that is lost costs its period, nothing else."""

from celery import shared_task

from core import outbox
from exceptions.audit import running as auditor
from exceptions.detection import scanner
from exceptions.tickets import services


@shared_task
def scan() -> int:
    """Every second: alarms that are due, and questions that nobody answered."""
    with outbox.deferred_delivery():  # the next batch goes before the telling
        found = scanner.scan()
        silent = services.expire_questions()
    if found.tickets or found.repeated or silent:
        outbox.drain()  # at once, so that the alert is on the operators' screens within the second
    return found.tickets


@shared_task
def close_resolved() -> int:
    return services.close_resolved()


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
