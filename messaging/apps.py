from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from core import notifier
        from messaging import access_notices, kinds, notices, panels, personal, services  # noqa: F401  (registers)

        notifier.provide(
            notifier.Notifier(describe=kinds.add, notify=services.notify, mark_read=services.mark_read_by_key)
        )
