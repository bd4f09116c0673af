"""Signs of life of each host's processes, for installations of several hosts.

`/healthz/` tells of the installation as a whole; with `?host` it also tells of the host whose web process was asked.
"""

import os
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from core import clock, leases
from core.models import Heartbeat

PARTS = ("worker", "beat")
SILENT = timedelta(seconds=40)  # a sign is given every ten seconds
BEAT_LEASE = "beat"


def mark_alive(part: str) -> None:
    """This host's `part` runs. Its file in RUN_DIR is for the container's check, which then starts no Python."""
    if folder := os.environ.get("RUN_DIR"):
        Path(folder, f"{part}.alive").touch()
    Heartbeat.objects.update_or_create(name=_name(part), defaults={"at": clock.now()})


def beat_host() -> str | None:
    """The host whose beat sends the tasks, or sent them last."""
    return leases.holder(BEAT_LEASE).rpartition(":")[0].rpartition(":")[0] or None


def host_state() -> dict:
    """{"host", "host_ok", "host_worker_age_s", "host_beat_age_s"}: the host of this process; a beat that stands by is well."""
    now = clock.now()
    seen = dict(Heartbeat.objects.filter(name__in=[_name(part) for part in PARTS]).values_list("name", "at"))
    ages = {part: now - seen[_name(part)] if _name(part) in seen else None for part in PARTS}
    return {
        "host": settings.HOST_NAME,
        "host_ok": all(age is not None and age <= SILENT for age in ages.values()),
        **{
            f"host_{part}_age_s": None if age is None else round(age.total_seconds(), 1)
            for part, age in ages.items()
        },
    }


def _name(part: str) -> str:
    return f"{part}@{settings.HOST_NAME}"
