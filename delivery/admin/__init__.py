"""What is carried, in the admin."""

from delivery.admin import legs, ratings, relay

__all__ = ["legs", "ratings", "relay"]
