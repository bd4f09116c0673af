"""Places of upper apps that pages of lower apps lead to, without the lower app knowing whose page it is.

The app that has the page names the place in its AppConfig:

    links = {"order": "orders:detail"}

and the app that leads there asks for it: `links.url("order", number)`, `{% link "order" number as order_url %}`.
"""

from functools import cache

from django.apps import apps
from django.urls import reverse


@cache
def url_names() -> dict[str, str]:
    """All places with the URL name of their page."""
    return {
        place: url_name
        for config in apps.get_app_configs()
        for place, url_name in getattr(config, "links", {}).items()
    }


def url(place: str, *args: object) -> str:
    """The address of a place; `args` are those of its URL. KeyError for a place that no app has."""
    return reverse(url_names()[place], args=args)
