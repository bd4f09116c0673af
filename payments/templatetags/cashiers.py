"""The ways to pay outside of the wallet, as the pages that ask for one show them."""

from django import template

from payments import gateways

register = template.Library()


@register.simple_tag
def cashiers() -> list[gateways.Gateway]:
    """Those that are offered, by `name`, `title` and `hint`; the first is the one to suggest."""
    return [gateways.get(name) for name in gateways.cashiers()]
