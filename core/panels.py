"""Fragments that an upper app puts on a lower app's page, without the lower one knowing of it.

@panel("orders.order", order=20)
def tickets(request, subject): return render_to_string(...)

{% panels "orders.order" order %}
"""

from collections import defaultdict
from collections.abc import Callable

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

Panel = Callable[[HttpRequest, object], str]
_panels: dict[str, list[tuple[int, str, Panel]]] = defaultdict(list)


def panel(place: str, *, order: int = 50) -> Callable[[Panel], Panel]:
    """Register `function(request, subject) -> html` at `place`; low `order` comes first."""

    def register(function: Panel) -> Panel:
        _panels[place].append((order, function.__qualname__, function))
        _panels[place].sort(key=lambda entry: entry[:2])
        return function

    return register


def render(place: str, request: HttpRequest, subject: object) -> SafeString:
    """All fragments of a place, in order. Each renders its own escaped template."""
    return mark_safe("".join(function(request, subject) for _, _, function in _panels[place]))


def menu_item(url: str, icon: str, title: str, text: str = "", *, tone: str = "") -> str:
    """A line of a menu, for a panel within one. `tone` is the colour behind the icon: "is-amber", "is-blue", …"""
    context = {"url": url, "icon": icon, "title": title, "text": text, "tone": tone}
    return render_to_string("components/menu_item.html", context)
