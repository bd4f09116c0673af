"""Small tags that every template may use (a builtin: no {% load %})."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html

from core import clock, links, money, panels, realtime

register = template.Library()
register.filter("yuan", money.yuan)
register.simple_tag(links.url, name="link")


@register.filter
def yuan_signed(fen):
    return money.yuan(fen, sign=True)


@register.filter
def day_time(moment):
    """20:52 on the campus; with the day when it is not today's: "yesterday 20:52", "11-24 20:52"."""
    return clock.day_time(moment) if moment else ""


@register.simple_tag
def icon(name: str, css: str = ""):
    """An icon of the sprite: {% icon "bike" %} or {% icon "bike" "i24" %}. Decorative: hidden from readers."""
    return format_html(
        '<svg class="i {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        static("img/icons.svg"),
        name,
    )


@register.simple_tag(name="panels", takes_context=True)
def panels_tag(context, place: str, subject):
    """The fragments that other apps contribute to this place."""
    return panels.render(place, context["request"], subject)


@register.simple_tag(takes_context=True)
def live_meta(context, *groups: str):
    """Let this page listen: {% live_meta "order.K7Q2" %}. The person's own group is always in; empty for guests."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ""
    return format_html('<meta name="live" content="/ws/live/?t={}">', realtime.page_token(request, groups))


@register.filter
def get(mapping, key):
    """Look a key up in a dict: {{ prices|get:kind }}."""
    return mapping.get(key, "") if mapping else ""
