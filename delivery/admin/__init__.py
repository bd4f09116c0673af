"""What is carried, in the admin."""

from delivery.admin import legs, relay

__all__ = ["legs", "relay"]
