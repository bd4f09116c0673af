"""What notifications put on the pages of others: the badge in both portals' tab bars, the way to one's preferences."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from core.panels import menu_item, panel
from notifications.selectors import unread_count


@panel("nav.inbox")
def inbox_badge(request, user) -> str:
    return render_to_string("notifications/_badge.html", {"unread": unread_count(user)})


@panel("accounts.me.settings")
def preferences(request, user) -> str:
    url = f"{reverse('notifications:preferences')}?face=student"
    return menu_item(url, "bell-ring", _("Notices"), _("What you are told, by which way, and when not"))
