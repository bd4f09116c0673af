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


# Deadlines live in the database and are swept: a beat that is lost costs one period, never an alert.
# `expires` keeps a queue that has fallen behind from filling with sweeps that the next one does anyway.
app.conf.beat_schedule = {
    "scan": {"task": "exceptions.tasks.scan", "schedule": 1.0, "options": {"expires": 5}},
    "outbox": {"task": "core.tasks.drain_outbox", "schedule": 1.0, "options": {"expires": 5}},
    "expire-unpaid": {"task": "orders.tasks.expire_unpaid", "schedule": 15.0, "options": {"expires": 15}},
    "release-scheduled": {
        "task": "orders.tasks.release_scheduled",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "refuse-overdue-reviews": {
        "task": "orders.tasks.refuse_overdue_reviews",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "complete-delivered": {
        "task": "orders.tasks.complete_delivered",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "release-earnings": {
        "task": "orders.tasks.release_earnings",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "query-payments": {"task": "payments.tasks.query_stuck", "schedule": 60.0, "options": {"expires": 60}},
    "send-refunds": {"task": "payments.tasks.send_refunds", "schedule": 5.0, "options": {"expires": 5}},
    # Each hour: a day that is settled stays as it is, and a night in which nothing ran is made up for.
    "settle-merchants": {
        "task": "payments.tasks.settle_yesterday",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "send-withdrawals": {
        "task": "payments.tasks.send_withdrawals",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "send-notices": {"task": "notifications.tasks.send_notices", "schedule": 1.0, "options": {"expires": 5}},
    "tidy-sends": {
        "task": "notifications.tasks.tidy_sends",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "reconcile": {"task": "payments.tasks.reconcile", "schedule": 600.0, "options": {"expires": 600}},
    "close-tickets": {
        "task": "exceptions.tasks.close_resolved",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "measure-demand": {
        "task": "dispatch.tasks.measure_demand",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "delete-documents": {
        "task": "couriers.tasks.delete_documents",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "maintain-bindings": {
        "task": "telephony.tasks.maintain_bindings",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "redact-calls": {
        "task": "telephony.tasks.redact_calls",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "redact-contacts": {
        "task": "orders.tasks.redact_contacts",
        "schedule": 6 * 3600.0,
        "options": {"expires": 3600},
    },
    "flush-positions": {
        "task": "couriers.tasks.flush_positions",
        "schedule": 1.0,
        "options": {"expires": 5},
    },
    "renew-etas": {"task": "delivery.tasks.renew_etas", "schedule": 15.0, "options": {"expires": 15}},
    "forget-trails": {
        "task": "couriers.tasks.forget_trails",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "forget-places": {
        "task": "delivery.tasks.forget_places",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "keep-rest": {"task": "couriers.tasks.keep_rest", "schedule": 60.0, "options": {"expires": 60}},
    "watch-shifts": {"task": "couriers.tasks.watch_shifts", "schedule": 60.0, "options": {"expires": 60}},
    "expire-offers": {"task": "dispatch.tasks.expire_offers", "schedule": 1.0, "options": {"expires": 5}},
    "plan-rounds": {"task": "dispatch.tasks.plan_rounds", "schedule": 20.0, "options": {"expires": 20}},
    "split-waiting": {
        "task": "delivery.tasks.split_waiting",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "tidy-codes": {"task": "delivery.tasks.tidy_codes", "schedule": 3600.0, "options": {"expires": 3600}},
    "heartbeat": {"task": "core.tasks.heartbeat", "schedule": 10.0, "options": {"expires": 10}},
    "redact-chats": {
        "task": "chat.tasks.redact_chats",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "sweep-orphans": {
        "task": "core.tasks.sweep_orphans",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "audit": {"task": "exceptions.tasks.audit", "schedule": 3600.0, "options": {"expires": 3600}},
    "tidy-drafts": {"task": "orders.tasks.tidy_drafts", "schedule": 600.0, "options": {"expires": 600}},
    "tidy-attempts": {
        "task": "core.tasks.tidy_attempts",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    # Daily: it looks each hour whether the last one is a day ago.
    "sweep-personal-data": {
        "task": "core.tasks.sweep_personal_data",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "tidy-sessions": {
        "task": "accounts.tasks.tidy_sessions",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "tidy-outbox": {"task": "core.tasks.tidy_outbox", "schedule": 3600.0, "options": {"expires": 3600}},
}

# What people wait for, or what keeps a promise: beat does these by itself while no worker can be reached
# (campus_errand.sweeps). Not among them: planning (its engine would be compiled anew), tidying, and the heartbeat, which
# shows that workers work.
app.conf.pressing = {
    app.conf.beat_schedule[name]["task"]
    for name in (
        "scan", "outbox", "expire-unpaid", "release-scheduled", "complete-delivered", "release-earnings",
        "query-payments", "send-refunds", "send-withdrawals", "send-notices", "reconcile", "close-tickets",
        "maintain-bindings", "renew-etas", "keep-rest", "watch-shifts", "expire-offers", "split-waiting",
    )
}  # fmt: skip
