from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from messaging import access_notices, notices, panels, personal  # noqa: F401  (registers them)
        from messaging.chat import handlers as chat_handlers  # noqa: F401
        from messaging.chat import wording  # noqa: F401
