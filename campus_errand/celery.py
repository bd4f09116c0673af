"""Celery: the worker's tasks and the beat schedule, which lives in code and nowhere else."""

import os
import warnings

from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import celeryd_after_setup

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus_errand.settings.dev")
# What Celery fears of a worker that is root is code in messages (pickle); ours are JSON. script/server says it once.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("campus_errand")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_after_setup.connect
def load_before_forking(**kwargs) -> None:
    """In a worker's own process: no child of its pool then compiles the engine while a campus waits, and all share it."""
    from campus_errand import worker  # noqa: F401  (its receivers)
    from campus_errand.forking import load_for_children
    from dispatch.engine.jit_warmup import warm_up

    warm_up()
    load_for_children()


HOUR = 3600
# Seconds: in between, exceptions.tasks.scan waits for what becomes due.
SCAN_EVERY = 0.5


def every(seconds: float, task: str) -> dict:
    """An entry of the schedule. It expires before a queue that has fallen behind fills with sweeps that the next one
    does anyway."""
    return {"task": task, "schedule": float(seconds), "options": {"expires": min(max(seconds, 5), HOUR)}}


# Deadlines live in the database and are swept: a beat that is lost costs one period, never an alert.
# What people wait for, or what keeps a promise: beat does these by itself while no worker can be reached
# (campus_errand.sweeps). Not among them: planning (its engine would be compiled anew), tidying, and the heartbeat, which
# shows that workers work.
PRESSING = {
    "scan": every(SCAN_EVERY, "exceptions.tasks.scan"),
    "outbox": every(1, "core.tasks.drain_outbox"),
    "expire-unpaid": every(15, "orders.tasks.expire_unpaid"),
    "cancel-unaccepted": every(15, "orders.tasks.cancel_unaccepted"),
    "release-scheduled": every(15, "orders.tasks.release_scheduled"),
    "complete-delivered": every(60, "orders.tasks.complete_delivered"),
    "release-earnings": every(60, "orders.tasks.release_earnings"),
    "query-payments": every(60, "payments.tasks.query_stuck"),
    "send-refunds": every(5, "payments.tasks.send_refunds"),
    "send-withdrawals": every(30, "payments.tasks.send_withdrawals"),
    "send-notices": every(1, "notifications.tasks.send_notices"),
    "reconcile": every(600, "payments.tasks.reconcile"),
    "escalate": every(5, "exceptions.tasks.escalate"),
    "audit-escalations": every(60, "exceptions.tasks.audit_escalations"),
    "renew-promises": every(15, "exceptions.tasks.renew_promises"),
    "close-tickets": every(60, "exceptions.tasks.close_resolved"),
    "maintain-bindings": every(10, "telephony.tasks.maintain_bindings"),
    "renew-etas": every(15, "delivery.tasks.renew_etas"),
    "keep-rest": every(60, "couriers.tasks.keep_rest"),
    "watch-shifts": every(60, "couriers.tasks.watch_shifts"),
    "expire-offers": every(1, "dispatch.tasks.expire_offers"),
    "split-waiting": every(15, "delivery.tasks.split_waiting"),
}
OTHERS = {
    "refuse-overdue-reviews": every(15, "orders.tasks.refuse_overdue_reviews"),
    # Each hour: a day that is settled stays as it is, and a night in which nothing ran is made up for.
    "settle-merchants": every(HOUR, "payments.tasks.settle_yesterday"),
    "tidy-sends": every(HOUR, "notifications.tasks.tidy_sends"),
    "measure-demand": every(300, "dispatch.tasks.measure_demand"),
    "delete-documents": every(600, "couriers.tasks.delete_documents"),
    "redact-calls": every(HOUR, "telephony.tasks.redact_calls"),
    "redact-contacts": every(6 * HOUR, "orders.tasks.redact_contacts"),
    "flush-positions": every(1, "couriers.tasks.flush_positions"),
    "forget-trails": every(HOUR, "couriers.tasks.forget_trails"),
    "forget-places": every(HOUR, "delivery.tasks.forget_places"),
    "plan-rounds": every(20, "dispatch.tasks.plan_rounds"),
    "tidy-codes": every(HOUR, "delivery.tasks.tidy_codes"),
    "heartbeat": every(10, "core.tasks.heartbeat"),
    "redact-chats": every(HOUR, "chat.tasks.redact_chats"),
    "run-map-imports": every(2, "campus.tasks.run_map_imports"),
    "watch-calendar": every(HOUR, "campus.tasks.watch_calendar"),
    "sweep-orphans": every(HOUR, "core.tasks.sweep_orphans"),
    "audit": every(HOUR, "exceptions.tasks.audit"),
    "tidy-drafts": every(600, "orders.tasks.tidy_drafts"),
    "tidy-attempts": every(HOUR, "core.tasks.tidy_attempts"),
    # Daily: it looks each hour whether the last one is a day ago.
    "sweep-personal-data": every(HOUR, "core.tasks.sweep_personal_data"),
    "tidy-sessions": every(HOUR, "accounts.tasks.tidy_sessions"),
    "tidy-outbox": every(HOUR, "core.tasks.tidy_outbox"),
}
app.conf.beat_schedule = PRESSING | OTHERS
app.conf.pressing = {entry["task"] for entry in PRESSING.values()}
