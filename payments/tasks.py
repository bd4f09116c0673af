from datetime import timedelta

from celery import shared_task

from core import clock
from payments import reconciliation, services


@shared_task
def query_stuck() -> int:
    return services.query_stuck()


@shared_task
def send_refunds() -> int:
    return services.send_refunds()


@shared_task
def send_withdrawals() -> int:
    return services.send_withdrawals()


@shared_task
def query_complaints() -> int:
    return services.query_complaints()


@shared_task
def look_for_complaints() -> int:
    return services.look_for_complaints()


@shared_task
def send_complaint_replies() -> int:
    return services.send_complaint_replies()


@shared_task
def reconcile() -> int:
    return reconciliation.reconcile_due()


@shared_task
def settle_yesterday() -> int:
    return services.settle_day(clock.today() - timedelta(days=1))
