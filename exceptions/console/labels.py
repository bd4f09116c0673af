"""Labels and icons of the console. The sentences of a ticket's log are made in `exceptions.tickets.log`."""

from django.utils.translation import gettext as _

from delivery.stages import describe
from exceptions.models import DelayCause

ORDER_ICONS = {
    "create": "shopping_bag",
    "pay": "payments",
    "accept": "two_wheeler",
    "unassign": "person_off",
    "pick_up": "package_2",
    "deliver": "where_to_vote",
    "complete": "task_alt",
    "cancel": "cancel",
    "urge": "notifications_active",
    "extend": "more_time",
    "release": "undo",
    "arrive_at_pickup": "storefront",
    "arrive_at_shelf": "storefront",
    "arrive_at_dropoff": "apartment",
}
CALL_ICONS = {"asked": "call", "answered": "phone_in_talk", "failed": "phone_disabled"}


def role(code: str) -> str:
    """Who somebody is, in a word."""
    return {
        "system": _("System"),
        "customer": _("Customer"),
        "courier": _("Courier"),
        "operator": _("Operator"),
        "dispatcher": _("Dispatcher"),
        "keeper": _("Relay keeper"),
    }.get(code, code)


def reason(stored: str, action: str = "") -> str:
    """A stored reason as people read it: couriers' reasons are kept as a code, perhaps with words; why a promise was
    moved was once kept as a code as well."""
    if action == "extend" and stored in DelayCause.values:
        return DelayCause(stored).label
    return describe(stored) if stored else ""
