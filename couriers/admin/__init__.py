"""Couriers in the admin: applications, training, shifts."""

from couriers.admin import couriers, joining, shifts

__all__ = ["couriers", "joining", "shifts"]
