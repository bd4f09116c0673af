from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from core import notifier
        from notifications import account_access, kinds, panels, personal, provider_outages, services  # noqa: F401  (registers them)

        notifier.provide(
            notifier.Notifier(describe=kinds.add, notify=services.notify, mark_read=services.mark_read_by_key)
        )
