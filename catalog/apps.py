from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = _("Merchants")

    def ready(self) -> None:
        from catalog import personal  # noqa: F401  (the table of personal data)
