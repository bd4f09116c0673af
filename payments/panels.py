"""What money puts on the pages of the apps below."""

from django.template.loader import render_to_string

from core.panels import panel


@panel("accounts.me", order=60)
def merchant_entry(request, user) -> str:
    """The way to the takings, for whoever owns a shop."""
    if not user.merchants.exists():
        return ""
    return render_to_string("payments/_merchant_entry.html", request=request)
