from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExceptionsConfig(AppConfig):
    name = "exceptions"
    verbose_name = _("Exceptions")
    links = {
        "order.report": "exceptions:report",
        "courier.report": "exceptions:courier_report",
        "courier.tickets": "exceptions:courier_tickets",
    }

    def ready(self) -> None:
        """Everything that registers itself: actions, detectors, handlers, panels, what the chat and exports need."""
        from exceptions import opening, personal  # noqa: F401
        from exceptions.actions import registry as actions
        from exceptions.audit import calendar, dead_letters  # noqa: F401
        from exceptions.console import panels as console_panels  # noqa: F401
        from exceptions.detection import handlers as detection_handlers  # noqa: F401
        from exceptions.detection import panels as detection_panels  # noqa: F401
        from exceptions.detection import registry
        from exceptions.tickets import chat, handlers, obsolescence, panels  # noqa: F401

        # After the handlers of tickets, which freeze what clocks go by.
        from exceptions.escalation import handlers as escalation_handlers  # noqa: F401  isort: skip
        from exceptions.escalation import texts as escalation_texts  # noqa: F401  isort: skip

        registry.register()
        actions.register()
