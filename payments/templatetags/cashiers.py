"""The ways to pay outside of the wallet, as the pages that ask for one show them."""

from django import template
from django.utils.translation import gettext_lazy as _

from payments import gateways
from payments.models import Payment

register = template.Library()

_ABOUT = {
    Payment.Gateway.SANDBOX: (_("Sandbox cashier"), _("For trying out: no real money moves")),
    Payment.Gateway.WECHATPAY: (_("WeChat Pay"), ""),
    Payment.Gateway.ALIPAY: (_("Alipay"), ""),
}


@register.simple_tag
def cashiers() -> list[dict]:
    """[{name, title, hint}], the first is the one to suggest."""
    return [{"name": name, "title": _ABOUT[name][0], "hint": _ABOUT[name][1]} for name in gateways.cashiers()]
