"""The pages of this app in the admin."""

from messaging import sends_admin  # noqa: F401  (registers them)
from messaging.chat import admin as chat_admin  # noqa: F401
