"""Every read of couriers that is more than a get."""

from couriers.selectors.shifts import shifts_page
from couriers.selectors.training import courses_of, has_passed, onboarding_steps

__all__ = [
    "courses_of",
    "has_passed",
    "onboarding_steps",
    "shifts_page",
]
