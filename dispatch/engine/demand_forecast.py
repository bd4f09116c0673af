"""What is likely to be ordered soon: what was ordered lately, drawn again. Knows nothing but what it was shown.

A plan that counts with it keeps couriers near where the next work is and does not spend the last one near a kitchen on
what can wait (the idea of sampling scenarios: Bent and Van Hentenryck, Operations Research 52, 2004).
"""

from typing import Any

import numpy as np

# Minutes of past that speak for the future, and those from which a rate can be told at all.
LOOKS_BACK, FEWEST = 60.0, 15.0


class DemandForecast:
    """Draws as many orders as came lately, each like one of them, for the next `minutes`; those drawn stay until due.

    `minute`: how many units of time a minute has. The same draws for the same past and seed.
    """

    def __init__(self, minutes: float, minute: float, seed: int = 0) -> None:
        self.ahead, self.minute = minutes * minute, minute
        self.rng = np.random.default_rng(seed)
        self.past: list[tuple[float, object]] = []
        self.coming: list[tuple[float, int, object]] = []  # when, a number of its own, and what it is like
        self.began: float | None = None
        self.drawn_to: float | None = None
        self.count = 0

    def look(self, now: float, new: list) -> list[tuple[float, int, Any]]:
        """Take note of what has just been ordered; what is expected after `now`: (when, number, one like it)."""
        self.began = now if self.began is None else self.began
        since = max(now, self.drawn_to or now)
        self.past = [(at, one) for at, one in self.past if at > now - LOOKS_BACK * self.minute]
        self.past += [(now, one) for one in new]
        self.coming = [drawn for drawn in self.coming if drawn[0] > now]
        self.drawn_to = now + self.ahead
        if self.past:
            seen_for = np.clip(now - self.began, FEWEST * self.minute, LOOKS_BACK * self.minute)
            for _ in range(self.rng.poisson(len(self.past) / seen_for * (self.drawn_to - since))):
                _, like = self.past[self.rng.integers(len(self.past))]
                self.count += 1
                self.coming.append((float(self.rng.uniform(since, self.drawn_to)), self.count, like))
        return self.coming
