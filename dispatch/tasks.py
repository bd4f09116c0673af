from celery import shared_task

from campus.models import Campus
from dispatch import services


@shared_task
def measure_demand() -> int:
    return services.measure_demand()


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
def split_waiting() -> int:
    return services.split_waiting()


@shared_task
def tidy_codes() -> int:
    return services.tidy_codes()


@shared_task
def flush_positions() -> int:
    return services.flush_positions()


@shared_task
def renew_etas() -> int:
    return services.renew_etas()


@shared_task
def forget_trails() -> int:
    return services.forget_trails()


@shared_task
def expire_offers() -> int:
    return services.expire_offers()


@shared_task
def plan_rounds() -> None:
    """Each campus that makes offers is planned by whichever worker is free."""
    for pk in (
        Campus.objects.filter(is_active=True, dispatch_rules__offers=True)
        .values_list("pk", flat=True)
        .distinct()
    ):
        plan_campus.apply_async([pk], expires=20)


@shared_task
def plan_campus(pk: int) -> None:
    services.plan_round(campus=Campus.objects.get(pk=pk))
