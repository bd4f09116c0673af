"""Server mode behind TLS. `manage.py check --deploy` is clean with these."""

from django.core.exceptions import ImproperlyConfigured

from campus_errand.settings.base import *

PRODUCTION = True
for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS"):
    if not os.environ.get(name):
        raise ImproperlyConfigured(f"{name} must be set in production.")

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# `script/server` on a machine without TLS sets INSECURE_HTTP=1; a real installation never does.
_tls = not env_bool("INSECURE_HTTP")
SECURE_SSL_REDIRECT = _tls
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)/$"]  # asked from inside, past the proxy
SESSION_COOKIE_SECURE = _tls
CSRF_COOKIE_SECURE = _tls
if _tls:
    # Browsers take a cookie of such a name from this very host over TLS only, not from a neighbour in its domain.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SECURE_HSTS_SECONDS = 31_536_000 if _tls else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _tls
SECURE_HSTS_PRELOAD = _tls
