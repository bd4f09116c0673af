from celery import shared_task

from telephony import retention, services


@shared_task
def maintain_bindings() -> int:
    """Take in call reports, renew and release masked numbers."""
    return services.take_pulled_reports() + services.maintain_bindings()


@shared_task
def redact_calls() -> int:
    return retention.redact_calls()
