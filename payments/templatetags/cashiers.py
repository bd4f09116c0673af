"""The ways to pay outside of the wallet, as the pages that ask for one show them."""

from django import template

from payments import browsers, gateways

register = template.Library()


@register.simple_tag(takes_context=True)
def cashiers(context: template.Context) -> list[gateways.Gateway]:
    """Those that are offered and work in this browser, by `name`, `title` and `hint`; the first is the one to suggest."""
    return [gateways.get(name) for name in browsers.cashiers(context["request"])]


@register.simple_tag(takes_context=True)
def other_cashiers(context: template.Context) -> str:
    """How to pay by those that do not work in this browser."""
    return browsers.hint(context["request"])
