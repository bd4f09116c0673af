from celery import shared_task

from couriers import services


@shared_task
def delete_documents() -> int:
    return services.delete_documents()


@shared_task
def keep_rest() -> int:
    return services.keep_rest()


@shared_task
def watch_shifts() -> int:
    return services.watch_shifts()


@shared_task
def flush_positions() -> int:
    return services.flush_positions()


@shared_task
def forget_trails() -> int:
    return services.forget_trails()
