"""What dispatch says to people, each in their language."""

from dispatch.notices import bidding, couriers, jobs, waivers

__all__ = ["bidding", "couriers", "jobs", "waivers"]
