"""The lines of one's own page that are about the account; other apps put theirs between them."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core.panels import menu_item, panel


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
