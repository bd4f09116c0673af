from celery import shared_task

from campus import calendar, services


@shared_task
def run_map_imports() -> int:
    return services.run_map_imports()


@shared_task
def watch_calendar() -> int:
    return calendar.watch_years()
