"""What is carried, in the admin."""

from delivery.admin import legs, ratings, relay, rescues

__all__ = ["legs", "ratings", "relay", "rescues"]
