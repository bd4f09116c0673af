from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TelephonyConfig(AppConfig):
    name = "telephony"
    verbose_name = _("Phone calls")

    def ready(self) -> None:
        from telephony import checks, personal, tasks  # noqa: F401  (registers them)
