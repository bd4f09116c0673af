from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DispatchConfig(AppConfig):
    name = "dispatch"
    verbose_name = _("Dispatch")
    links = {
        "courier.home": "dispatch:hall",
        "courier.scan": "dispatch:scan",
        "operators.board": "board:board",
    }

    def ready(self) -> None:
        from dispatch import direct_orders, handlers, notices, panels, personal  # noqa: F401
