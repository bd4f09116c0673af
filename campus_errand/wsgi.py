"""Django as a WSGI application, which granian serves in server mode (campus_errand.web)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus_errand.settings.prod")
application = get_wsgi_application()
