from celery import shared_task

from campus import services


@shared_task
def run_map_imports() -> int:
    return services.run_map_imports()
