from celery import shared_task

from core import attempts, health, outbox


@shared_task
def drain_outbox() -> int:
    return outbox.drain()


@shared_task
def tidy_outbox() -> int:
    return outbox.tidy()


@shared_task
def heartbeat() -> None:
    health.beat()


@shared_task
def tidy_attempts() -> int:
    return attempts.tidy()
