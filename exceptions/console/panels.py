"""What exceptions put on the support desk."""

from django.template.loader import render_to_string

from chat.models import Conversation
from core.panels import panel
from exceptions.console.desk_ticket import orders_of


@panel("desk.acts", order=10)
def ticket_button(request, conversation: Conversation) -> str:
    """The button that opens the dialog, when the person has an order that a ticket could be about."""
    if not orders_of(conversation).exists():
        return ""
    return render_to_string("admin/console/_desk_button.html", {"conversation": conversation}, request)
