"""Settings that must not meet in production: `manage.py check` fails on them."""

from django.conf import settings
from django.core.checks import Error, register

from accounts.sms import PROVIDERS, missing


@register()
def people_settings(app_configs, **kwargs):
    problems = []
    if settings.SMS_PROVIDER not in PROVIDERS:
        problems.append(
            Error(
                f"SMS_PROVIDER is {settings.SMS_PROVIDER!r}.",
                hint=f"Known: {', '.join(PROVIDERS)}.",
                id="accounts.E001",
            )
        )
    elif lacking := missing(settings.SMS_PROVIDER):
        problems.append(
            Error(
                f"The SMS provider {settings.SMS_PROVIDER} is half configured: {', '.join(lacking)} missing.",
                hint="Set them all (deploy/env.example).",
                id="accounts.E005",
            )
        )
    if not settings.PRODUCTION:
        return problems
    if settings.DEMO:
        problems.append(
            Error(
                "DEMO is on in production: anyone could log in as anyone with one tap.",
                hint="Unset DEMO, or run the demo with campus_errand.settings.dev.",
                id="accounts.E002",
            )
        )
    if not settings.STAFF_SECOND_FACTOR:
        problems.append(
            Error(
                "STAFF_SECOND_FACTOR is off in production: a stolen password could move money.",
                hint="Unset STAFF_SECOND_FACTOR.",
                id="accounts.E003",
            )
        )
    if settings.DEBUG:
        problems.append(Error("DEBUG is on in production: codes are written to the log.", id="accounts.E004"))
    return problems
