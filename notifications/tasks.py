from celery import shared_task

from notifications import services


@shared_task
def send_notices() -> int:
    return services.send_due()


@shared_task
def tidy_sends() -> int:
    return services.tidy()
