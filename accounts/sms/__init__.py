"""Short messages: login codes, and the notices that go by SMS.

Each provider is a module here with `send(sms) -> str`, which gives the provider's own number of the message;
settings.SMS_PROVIDER names the one in use. Mainland providers carry approved templates only: a message names its
template and the words that fill it. They know no idempotency key: what was sent twice arrives twice.

`send` raises what `core.outside` has: RetryableError and ServiceUnavailable (try later), PermanentError (never), OutcomeUnknown (may have gone out).
"""

from dataclasses import dataclass, field
from importlib import import_module

from django.conf import settings

PROVIDERS = ("console", "aliyun", "tencent")
# The approved texts that settings.SMS_TEMPLATES gives the provider's codes of. `notice` takes one word: what.
TEMPLATES = ("code", "unknown_account", "account_exists", "notice")


@dataclass(frozen=True)
class Sms:
    """`params` in the template's order; `text` is the whole sentence, for who has no templates. `phone` as `core.phones` stores it."""

    phone: str
    template: str
    text: str
    params: dict[str, str] = field(default_factory=dict)


def send(sms: Sms) -> str:
    """Send it now. It talks to the network: never call it inside a transaction."""
    return import_module(f"accounts.sms.{settings.SMS_PROVIDER}").send(sms)


def reaches_people() -> bool:
    """Whether messages reach a phone: the console only writes them down (which is enough for the demo)."""
    return settings.SMS_PROVIDER != "console" or settings.DEMO or settings.DEBUG


def missing(provider: str) -> list[str]:
    """The settings of that provider that are empty."""
    values = dict(settings.SMS.get(provider, {}))
    if values:
        values |= {f"SMS_TEMPLATE_{name.upper()}": settings.SMS_TEMPLATES[name] for name in TEMPLATES}
    return [name for name, value in values.items() if not value]
