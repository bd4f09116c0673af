from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("Orders")
    links = {"student.home": "orders:home", "order": "orders:detail"}

    def ready(self) -> None:
        from orders import chat, handlers, installation, notices, opening, panels, personal  # noqa: F401
