from celery import shared_task

from accounts import sessions


@shared_task
def tidy_sessions() -> int:
    return sessions.tidy()
