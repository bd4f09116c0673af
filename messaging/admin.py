"""The pages of this app in the admin."""

from messaging import sends_admin  # noqa: F401  (registers them)
