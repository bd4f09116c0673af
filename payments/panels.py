"""What money puts on the pages of the apps below."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from core.panels import menu_item, panel


@panel("accounts.me", order=60)
def merchant_entry(request, user) -> str:
    """The way to the takings, for whoever owns a shop."""
    if not user.merchants.exists():
        return ""
    return render_to_string("payments/_merchant_entry.html", request=request)


@panel("accounts.me.menu", order=10)
def wallet(request, user) -> str:
    text = _("Balance, top up, what was paid and given back")
    return menu_item(reverse("payments:wallet"), "wallet", _("Wallet"), text, tone="is-amber")
