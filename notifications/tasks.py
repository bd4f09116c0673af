from celery import shared_task

from notifications import services

TURN_SECONDS = 1.0  # a long queue must not keep a worker from its other work


@shared_task
def send_notices() -> int:
    return services.send_due(seconds=TURN_SECONDS)


@shared_task
def tidy_sends() -> int:
    return services.tidy()
