"""What exceptions put on the operators' pages of others: a ticket can be opened from where the trouble is seen."""

from django.template.loader import render_to_string
from django.urls import reverse

from accounts.permissions import HANDLERS, is_operator
from chat.models import Conversation
from core.panels import panel
from exceptions.console.desk_ticket import orders_of


@panel("desk.acts", order=10)
def ticket_button(request, conversation: Conversation) -> str:
    """The button that opens the dialog, when the person has an order that a ticket could be about."""
    if not orders_of(conversation).exists():
        return ""
    return render_to_string("admin/console/_desk_button.html", {"conversation": conversation}, request)


@panel("orders.admin", order=10)
def open_about_order(request, order) -> str:
    """A ticket about this order."""
    return (
        _open_button(request, order.campus_id, reverse("exceptions:open", args=[order.no]))
        if order.placed_at
        else ""
    )


@panel("couriers.admin", order=10)
def open_about_courier(request, courier) -> str:
    """A ticket about one of this courier's last orders."""
    carried = courier.legs.exists()
    return (
        _open_button(request, courier.campus_id, reverse("exceptions:open_courier", args=[courier.pk]))
        if carried
        else ""
    )


@panel("board.leg", order=10)
def open_about_leg(request, leg) -> str:
    """A ticket about the order of this job."""
    if not is_operator(request.user, leg.campus_id, *HANDLERS):
        return ""
    return render_to_string(
        "admin/console/_open_link.html", {"address": reverse("exceptions:open", args=[leg.order.no])}, request
    )


def _open_button(request, campus_id: int, address: str) -> str:
    if not is_operator(request.user, campus_id, *HANDLERS):
        return ""
    return render_to_string("admin/console/_open_button.html", {"address": address}, request)
