from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampusConfig(AppConfig):
    name = "campus"
    verbose_name = _("Campus")

    def ready(self) -> None:
        from campus import installation, opening, personal  # noqa: F401  (what it needs; the table of personal data)
