"""A gateway that is half configured would fail in front of a customer: `manage.py check` says so before."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, register

from payments import gateways
from payments.gateways import config


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
        problems += gateways.get(name).problems()
        if settings.PRODUCTION and urlsplit(settings.SITE_ORIGIN).scheme != "https":
            problems.append(Error("SITE_ORIGIN must be https where money is paid.", id="payments.E003"))
    for name in gateways.NAMES:
        problems += gateways.get(name).transfer_problems()
    return problems + _cashier()


def _cashier() -> list[Error]:
    """In production people pay with real money, or SANDBOX=1 says aloud that they do not. Never both."""
    if not settings.PRODUCTION:
        return []
    real = gateways.real_cashiers()
    if not real and not settings.SANDBOX:
        hint = "Configure a payment provider (deploy/env.example), or set SANDBOX=1 to try out without real money."
        return [Error("Nobody can pay: no payment provider is configured.", hint=hint, id="payments.E007")]
    if real and settings.SANDBOX:
        said = (
            f"SANDBOX=1 beside real money ({', '.join(real)}): every page would say that money is not real."
        )
        return [Error(said, hint="Unset SANDBOX, or the provider's settings.", id="payments.E008")]
    return []
