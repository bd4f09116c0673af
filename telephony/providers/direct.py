"""For campuses without a provider: the number itself. Who may have it, and until when, is decided before."""

from telephony.providers.base import Provider


class Direct(Provider):
    name = "direct"
    hides = False
    configured = True
