"""Beat's schedule on a clock that may be corrected."""

from datetime import datetime, timedelta

from celery.beat import Scheduler

LOOKS = 1.0  # seconds between two looks at the clock at most: what it was before a correction is no time to sleep by
SET_BACK = timedelta(seconds=2)  # by less, everything is due again soon enough


class SteadyScheduler(Scheduler):
    """Celery's plain scheduler, that goes on at once when the clock is set back.

    Celery's own waits until the time that it was before has come again: an hour without a sweep, say, as what ran last
    seems to have run in the future.
    """

    _latest: datetime | None = None

    def tick(self, *args, **kwargs) -> float:
        """Seconds until the next call."""
        now = self.app.now()
        if self._latest is not None and now < self._latest - SET_BACK:
            for entry in self.schedule.values():
                entry.last_run_at = now
            self.populate_heap()
        self._latest = now
        return min(super().tick(*args, **kwargs), LOOKS)
