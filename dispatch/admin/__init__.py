"""The operators' pages of dispatch: who may carry, what they must know, and what they carry."""

from dispatch.admin import couriers, joining, legs, offers, relay, shifts

__all__ = ["couriers", "joining", "legs", "offers", "relay", "shifts"]
