from django.conf import settings
from django.http import HttpRequest

from core import clock


def page(request: HttpRequest) -> dict:
    """What every page may use."""
    return {"DEMO": settings.DEMO, "server_now": clock.now()}
