"""Every read of couriers that is more than a get."""

from couriers.selectors.shifts import shifts_page
from couriers.selectors.training import courses_of, has_passed, joining_steps

__all__ = [
    "courses_of",
    "has_passed",
    "joining_steps",
    "shifts_page",
]
