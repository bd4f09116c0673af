"""Calls that would not connect, or would give numbers away, are said by `manage.py check`."""

from django.conf import settings
from django.core.checks import Error, register

from telephony.providers import PROVIDERS


@register()
def call_settings(app_configs, **kwargs):
    problems = []
    known = PROVIDERS.get(settings.CALL_PROVIDER)
    if known is None:
        said = f"CALL_PROVIDER is {settings.CALL_PROVIDER!r}."
        problems.append(Error(said, hint=f"Known: {', '.join(PROVIDERS)}.", id="telephony.E001"))
    elif not known.configured:
        said = f"CALL_PROVIDER is {known.name!r}, which cannot be used here as it is configured."
        problems.append(Error(said, hint="See deploy/env.example.", id="telephony.E002"))
    # The address has a default, and the access key may be there for short messages.
    begun = [settings.ALIYUN_CALLS[f"ALIYUN_CALLS_{name}"] for name in ("POOL_KEY", "CALLBACK_SECRET")]
    lacking = [key for key, value in settings.ALIYUN_CALLS.items() if not value]
    if any(begun) and lacking:
        said = f"Aliyun's calls are half configured: {', '.join(lacking)} missing."
        problems.append(Error(said, hint="Set them all, or none (deploy/env.example).", id="telephony.E003"))
    secret = settings.ALIYUN_CALLS["ALIYUN_CALLS_CALLBACK_SECRET"]
    if secret and len(secret) < 24:
        said = "ALIYUN_CALLS_CALLBACK_SECRET is all that guards the call records: 24 characters or more."
        problems.append(Error(said, id="telephony.E004"))
    return problems
