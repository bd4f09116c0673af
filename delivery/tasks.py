from celery import shared_task

from delivery import services


@shared_task
def split_waiting() -> int:
    return services.split_waiting()


@shared_task
def tidy_codes() -> int:
    return services.tidy_codes()


@shared_task
def renew_etas() -> int:
    return services.renew_etas()


@shared_task
def forget_places() -> int:
    return services.forget_places()
