from celery import shared_task

from orders import drafts, services


@shared_task
def expire_unpaid() -> int:
    return services.expire_unpaid()


@shared_task
def cancel_unaccepted() -> int:
    return services.cancel_unaccepted()


@shared_task
def release_scheduled() -> int:
    services.end_lapsed_pauses()
    return services.release_scheduled()


@shared_task
def refuse_overdue_reviews() -> int:
    return services.refuse_overdue_reviews()


@shared_task
def redact_contacts() -> int:
    return services.redact_contacts()


@shared_task
def complete_delivered() -> int:
    return services.complete_delivered()


@shared_task
def release_earnings() -> int:
    return services.release_earnings()


@shared_task
def tidy_drafts() -> int:
    return drafts.tidy()
