from celery import shared_task

from telephony import retention, services


@shared_task
def tend() -> int:
    return services.take_overheard() + services.tend_bindings()


@shared_task
def redact_calls() -> int:
    return retention.redact_calls()
