from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from accounts import (  # noqa: F401  (registers them)
            backups,
            changes,
            checks,
            installation,
            opening,
            own_data,
            panels,
            registry,
            rotation,
            sessions,
            signals,
        )
