"""The daily sweep: what has been kept as long as the table of personal data says goes."""

import logging
from datetime import timedelta

from core import clock, personal_data
from core.db import try_advisory_lock
from core.models import RetentionRun

logger = logging.getLogger(__name__)

# A run each day, also where nothing runs at a set hour: beat asks every hour.
EVERY = timedelta(hours=20)


def run_if_due() -> int:
    """Sweep when the last sweep is most of a day ago. Returns how many rows went."""
    last = RetentionRun.objects.order_by("-at").values_list("at", flat=True).first()
    if last and clock.now() - EVERY < last <= clock.now():
        return 0
    with try_advisory_lock("retention") as free:
        return sum(run().values()) if free else 0


def run() -> dict[str, int]:
    """Every sweep of the table once; one that fails keeps none of the others from their work. {name: rows}."""
    counts = {}
    for name, sweep in personal_data.sweeps():
        try:
            counts[name], error = sweep(), ""
        except Exception as failure:
            logger.exception("the sweep of %s failed", name)
            counts[name], error = 0, type(failure).__name__
        RetentionRun.objects.update_or_create(
            key=name, defaults={"at": clock.now(), "count": counts[name], "error": error}
        )
    return counts
