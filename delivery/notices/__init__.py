"""What people are told about jobs."""

from delivery.notices import jobs, waivers

__all__ = ["jobs", "waivers"]
