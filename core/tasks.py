from celery import shared_task

from core import attempts, health, media, outbox, retention


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


@shared_task
def sweep_personal_data() -> int:
    return retention.run_if_due()


@shared_task
def sweep_orphans() -> int:
    return media.sweep_orphans()
