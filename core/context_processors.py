from django.conf import settings
from django.http import HttpRequest

from core import clock


def page(request: HttpRequest) -> dict:
    """What every page may use."""
    return {
        "DEMO": settings.DEMO,
        # In production said on every page; the demo says by itself what it is.
        "SANDBOX": settings.PRODUCTION and settings.SANDBOX,
        "server_now": clock.now(),
    }
