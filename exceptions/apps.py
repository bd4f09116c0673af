from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExceptionsConfig(AppConfig):
    name = "exceptions"
    verbose_name = _("Exceptions")

    def ready(self) -> None:
        from exceptions import personal  # noqa: F401
        from exceptions.tickets import chat, handlers, panels  # noqa: F401
