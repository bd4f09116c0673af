"""Server mode behind TLS. `manage.py check --deploy` is clean with these."""

from django.core.exceptions import ImproperlyConfigured

from campus_errand.settings.base import *

PRODUCTION = True
SANDBOX = env_bool("SANDBOX")
for name, given in {
    "SECRET_KEY": SECRET_KEY,
    "DATABASE_URL": database_url(),
    "REDIS_URL": REDIS_URL,
    "ALLOWED_HOSTS": ALLOWED_HOSTS,
}.items():
    if not given:
        raise ImproperlyConfigured(f"{name} must be set in production.")

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# `script/server` on a machine without TLS sets INSECURE_HTTP=1; a real installation never does.
_tls = not INSECURE_HTTP
SECURE_SSL_REDIRECT = _tls
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)/$"]  # asked from inside, past the proxy
SESSION_COOKIE_SECURE = _tls
CSRF_COOKIE_SECURE = _tls
if _tls:
    # Browsers take a cookie of such a name from this very host over TLS only, not from a neighbour in its domain.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SECURE_HSTS_SECONDS = 31_536_000 if _tls else 0
# Heavy for who only tries it under a name of somebody else's domain: HSTS_SUBDOMAINS=0 and HSTS_PRELOAD=0 leave them out.
SECURE_HSTS_INCLUDE_SUBDOMAINS = _tls and env_bool("HSTS_SUBDOMAINS", True)
SECURE_HSTS_PRELOAD = _tls and env_bool("HSTS_PRELOAD", True)
# Said on purpose, so `check --deploy` need not ask.
SILENCED_SYSTEM_CHECKS = [
    *([] if SECURE_HSTS_INCLUDE_SUBDOMAINS else ["security.W005"]),
    *([] if SECURE_HSTS_PRELOAD else ["security.W021"]),
]
