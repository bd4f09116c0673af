"""A gateway that is half configured would fail in front of a customer: `manage.py check` says so before."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, register

from payments import gateways
from payments.gateways import config
from payments.gateways.alipay import CERTIFICATES
from payments.models import Payment


@register()
def gateway_settings(app_configs, **kwargs):
    problems = []
    for name in settings.GATEWAYS:
        if not config.wanted(name):
            continue
        if lacking := config.missing(name):
            said = f"{name} is half configured: {', '.join(lacking)} missing."
            problems.append(
                Error(said, hint="Set them all, or none (deploy/env.example).", id="payments.E001")
            )
            continue
        try:
            gateways.get(name)._client()
        except gateways.GatewayError as error:
            problems.append(Error(str(error), id="payments.E002"))
        if settings.PRODUCTION and urlsplit(settings.SITE_ORIGIN).scheme != "https":
            problems.append(Error("SITE_ORIGIN must be https where money is paid.", id="payments.E003"))
        key = settings.GATEWAYS[name].get("WECHATPAY_APIV3_KEY")
        if key and len(key.encode()) != 32:
            problems.append(Error("WECHATPAY_APIV3_KEY must be 32 bytes long.", id="payments.E004"))
    return problems + _cashier() + _transfers()


def _cashier() -> list[Error]:
    """In production people pay with real money, or SANDBOX=1 says aloud that they do not. Never both."""
    if not settings.PRODUCTION:
        return []
    real = gateways.real_cashiers()
    if not real and not settings.SANDBOX:
        hint = "Configure WeChat Pay or Alipay (deploy/env.example), or set SANDBOX=1 to try out without real money."
        return [Error("Nobody can pay: no payment provider is configured.", hint=hint, id="payments.E007")]
    if real and settings.SANDBOX:
        said = (
            f"SANDBOX=1 beside real money ({', '.join(real)}): every page would say that money is not real."
        )
        return [Error(said, hint="Unset SANDBOX, or the provider's settings.", id="payments.E008")]
    return []


def _transfers() -> list[Error]:
    lacking = [f"ALIPAY_{name}" for name in CERTIFICATES if not settings.TRANSFERS[f"ALIPAY_{name}"]]
    if len(lacking) == len(CERTIFICATES):
        return []
    if lacking:
        said = f"Alipay cannot pay withdrawals: {', '.join(lacking)} missing."
        return [Error(said, hint="Set them all, or none (deploy/env.example).", id="payments.E005")]
    try:
        gateways.get(Payment.Gateway.ALIPAY).paying_client()
    except gateways.GatewayError as error:
        return [Error(str(error), id="payments.E006")]
    return []
