"""The badge in the tab bars of both faces: what wants to be looked at."""

from django.template.loader import render_to_string

from core.panels import panel
from notifications.selectors import attention_count
from notifications.services import mark_read_at


@panel("nav.inbox")
def inbox_badge(request, user) -> str:
    """What leads to the page that the person has before them counts as read."""
    if page := _page_in_view(request):
        mark_read_at(user=user, link=page)
    return render_to_string("notifications/_badge.html", {"count": attention_count(user)})


def _page_in_view(request) -> str:
    """The path of the page that is being looked at; "" when a part of one asks that lies in the background."""
    if not request.htmx:
        return request.path if request.method == "GET" else ""
    return request.htmx.current_url_abs_path or "" if request.headers.get("X-In-View") == "1" else ""
