from celery import shared_task

from chat import retention


@shared_task
def redact_chats() -> int:
    return retention.redact_old()
