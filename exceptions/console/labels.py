"""Small words and signs of the console. The sentences of a ticket's log are made in `exceptions.tickets.wording`."""

from django.utils.translation import gettext as _

from dispatch.stages import describe
from exceptions.tickets.wording import CAUSES

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
EVENT_ICONS = {
    "opened": "e911_emergency",
    "joined": "add_comment",
    "claimed": "front_hand",
    "unassigned": "back_hand",
    "assigned": "person_add",
    "note": "sticky_note_2",
    "resolved": "task_alt",
    "dismissed": "notifications_off",
    "reopened": "restart_alt",
    "rated": "star",
    "extend_promise": "more_time",
    "reassign": "swap_horiz",
    "refund": "currency_exchange",
    "compensate": "volunteer_activism",
    "warn": "report",
    "ask_party": "contact_support",
    "answered": "reply",
    "said": "reply",
    "silent": "hourglass_disabled",
    "rang": "alarm",
    "delivered": "where_to_vote",
    "charged": "payments",
    "cancel_order": "block",
    "return_goods": "keyboard_return",
    "found": "inventory",
    "write_off": "production_quantity_limits",
    "undone": "undo",
    "closed": "lock",
}


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
    if action == "extend" and stored in CAUSES:
        return str(CAUSES[stored])
    return describe(stored) if stored else ""
