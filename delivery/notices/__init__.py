"""What people are told about jobs."""

from delivery.notices import jobs, rescues, waivers

__all__ = ["jobs", "rescues", "waivers"]
