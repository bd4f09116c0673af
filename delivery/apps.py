from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    name = "delivery"
    verbose_name = _("Delivery")
    links = {"courier.me": "delivery:me", "courier.earnings": "delivery:earnings"}

    def ready(self) -> None:
        from delivery import chat, handlers, notices, opening, panels, personal, workload  # noqa: F401
