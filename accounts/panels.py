"""The lines of one's own page that are about the account; other apps put theirs between them."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.team_links import team_link
from campus.models import Campus
from core.panels import menu_item, panel
from core.qr import square


@panel("accounts.me.menu", order=20)
def addresses(request: HttpRequest, user: User) -> str:
    kept = user.addresses.count()
    text = (
        ngettext("%(n)s address", "%(n)s addresses", kept) % {"n": kept}
        if kept
        else _("Keep one and order faster")
    )
    return menu_item(reverse("accounts:addresses"), "map-pin", _("Addresses"), text)


@panel("accounts.me.menu", order=50)
def operators_pages(request: HttpRequest, user: User) -> str:
    """The way to the admin, which asks for the second factor."""
    if not user.is_staff:
        return ""
    text = _("Exceptions, orders, rules")
    return menu_item(
        reverse("admin:index"), "headphones", _("To the operators' pages"), text, tone="is-violet"
    )


@panel("campus.opening")
def team(request: HttpRequest, campus: Campus) -> str:
    """How operators and couriers come to a campus that nobody can choose yet."""
    if campus.is_active:
        return ""
    link = team_link(request, campus)
    return render_to_string(
        "admin/accounts/team_link.html", {"campus": campus, "team_link": link, "qr": square(link)}
    )
