from celery import shared_task

from messaging import services
from messaging.chat import retention


@shared_task
def send_notices() -> int:
    return services.send_due()


@shared_task
def tidy_sends() -> int:
    return services.tidy()


@shared_task
def redact_chats() -> int:
    return retention.redact_old()
