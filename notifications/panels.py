"""What notifications put on the pages of others: the badge in both portals' tab bars, the way to one's preferences."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from core.panels import menu_item, panel
from notifications.selectors import attention_count
from notifications.services import mark_read_at


@panel("nav.inbox")
def inbox_badge(request, user) -> str:
    """What leads to the page that the person has before them counts as read."""
    if page := _page_in_view(request):
        mark_read_at(user=user, link=page)
    return render_to_string("notifications/_badge.html", {"count": attention_count(user)})


@panel("accounts.me.settings")
def preferences(request, user) -> str:
    url = f"{reverse('notifications:preferences')}?portal=student"
    return menu_item(url, "bell-ring", _("Notices"), _("What you are told, by which way, and when not"))


def _page_in_view(request) -> str:
    """The path of the page that is being looked at; "" when a part of one asks that lies in the background."""
    if not request.htmx:
        return request.path if request.method == "GET" else ""
    return request.htmx.current_url_abs_path or "" if request.headers.get("X-In-View") == "1" else ""
