"""Websockets, and HTTP where nothing else serves it: through a thread pool, as native ASGI loses 3.5 times."""

import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus_errand.settings.prod")

from a2wsgi import WSGIMiddleware
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.wsgi import get_wsgi_application

_http = WSGIMiddleware(get_wsgi_application(), workers=int(os.environ.get("HTTP_THREADS", "10")))

from core.realtime.routing import websocket_urlpatterns  # noqa: E402  (needs the apps, which are loaded now)

application = ProtocolTypeRouter(
    {"http": _http, "websocket": AllowedHostsOriginValidator(URLRouter(websocket_urlpatterns))}
)

# What has been loaded stays for good. Left among what is looked through for garbage, it holds the event loop up for
# tens of milliseconds at a time: all open pages would wait.
gc.collect()
gc.freeze()
