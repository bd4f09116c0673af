"""One-tap calls with the number hidden. The providers are one file each; `services` is the one way to call."""

from django.conf import settings

from campus.models import Campus
from telephony.providers.aliyun import Aliyun
from telephony.providers.base import BadCallback, MaskedNumber, Provider, ProviderError, Report
from telephony.providers.direct import Direct
from telephony.providers.fake import Fake

__all__ = ["PROVIDERS", "BadCallback", "MaskedNumber", "Provider", "ProviderError", "Report", "provider_of"]

PROVIDERS: dict[str, Provider] = {provider.name: provider for provider in (Direct(), Fake(), Aliyun())}


def provider_of(campus: Campus) -> Provider:
    """The campus's own choice, else the installation's (settings.CALL_PROVIDER)."""
    return PROVIDERS[campus.call_provider or settings.CALL_PROVIDER]
