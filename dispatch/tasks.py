from celery import shared_task

from campus.models import Campus
from dispatch import services


@shared_task
def measure_demand() -> int:
    return services.measure_demand()


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
