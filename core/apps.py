from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Platform")

    def ready(self) -> None:
        from core import checks, event_checks, personal  # noqa: F401  (registers them)
        from core.labels import name_fields

        name_fields()
        autodiscover_modules("events")  # also what this process never emits may have to be read
