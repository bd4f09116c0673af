"""What the pages of money share."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.admin import FINANCE, SUPERVISOR

BOOKS = (FINANCE, SUPERVISOR)


def story_link(ref: str) -> str:
    """A link to the page that tells an order's money as one story."""
    return format_html('<a href="{}">{}</a>', reverse("admin:payments_story", args=[ref]), _("Money story"))
