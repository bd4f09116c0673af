"""Lengths of time and of ways, as one says them."""

from datetime import timedelta

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def duration(length: timedelta) -> str:
    """Hours and minutes: "3 h 20 min"."""
    minutes = int(length.total_seconds() // 60)
    return _("%(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": minutes % 60}


@register.filter
def distance(metres: int | None) -> str:
    """Metres as one says them: 847 → "850 m", 1171 → "1.2 km"; nothing for None."""
    if metres is None:
        return ""
    if metres < 995:
        return _("%(metres)s m") % {"metres": round(metres, -1)}
    return _("%(kilometres)s km") % {"kilometres": f"{metres / 1000:.1f}"}
