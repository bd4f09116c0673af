"""{% wechat_signature_url as address %}: where a page that scans has itself signed for WeChat's own scanner."""

from django import template
from django.urls import reverse

from core import wechat

register = template.Library()


@register.simple_tag(takes_context=True)
def wechat_signature_url(context: template.Context) -> str:
    """The address; empty outside of the WeChat app, and where no account is configured for it."""
    inside = wechat.signs_pages() and wechat.is_inside(context["request"])
    return reverse("delivery:wechat_signature") if inside else ""
