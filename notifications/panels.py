"""The badge of unread notices in the tab bars of both faces."""

from django.template.loader import render_to_string

from core.panels import panel
from notifications.selectors import unread_count


@panel("nav.inbox")
def inbox_badge(request, user) -> str:
    return render_to_string("notifications/_badge.html", {"unread": unread_count(user)})
