"""Couriers in the admin: applications, training, shifts."""

from couriers.admin import couriers, onboarding, shifts

__all__ = ["couriers", "onboarding", "shifts"]
