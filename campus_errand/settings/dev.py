"""A developer's machine and the demo: embedded by default, no secrets needed."""

from campus_errand.settings.base import *

SECRET_KEY = SECRET_KEY or "not-a-secret-for-development-and-the-demo-only-0123456789"
DEBUG = env_bool("DEBUG", False)
ALLOWED_HOSTS = ALLOWED_HOSTS or ["*"]
STAFF_SECOND_FACTOR = env_bool("STAFF_SECOND_FACTOR", False)
# No proxy stands in front. Before WhiteNoise, whose files here are not compressed ahead of time.
MIDDLEWARE.insert(
    MIDDLEWARE.index("whitenoise.middleware.WhiteNoiseMiddleware"), "core.middleware.CompressionMiddleware"
)
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
VAR_DIR.mkdir(parents=True, exist_ok=True)
