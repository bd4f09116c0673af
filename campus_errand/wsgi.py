"""HTTP in server mode: `granian --interface wsgi campus_errand.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus_errand.settings.prod")
application = get_wsgi_application()
