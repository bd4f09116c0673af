"""Settings of the platform itself that must not meet in production."""

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.db import Error as DatabaseFailure
from django.db import connection

from core import dbroles
from core.installation import requirements

MAKE_ONE = (
    "python3 -c 'import base64, secrets; print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())'"
)

OWN_ROLE = "Set MIGRATE_DATABASE_URL to the owner and DATABASE_URL to a role of its own, then migrate (docs/operating.md)."


@register()
def encryption_keys(app_configs, **kwargs):
    """There are keys for what is encrypted at rest, and each is one."""
    if not settings.FIELD_ENCRYPTION_KEYS:
        if not settings.PRODUCTION:
            return []
        return [
            Error(
                "FIELD_ENCRYPTION_KEYS is empty: authenticator secrets and payout accounts need a key of their own.",
                hint=f"Make one with {MAKE_ONE} and keep a copy apart from the backups.",
                id="core.E001",
            )
        ]
    bad = [n for n, key in enumerate(settings.FIELD_ENCRYPTION_KEYS, 1) if not _is_key(key)]
    return [
        Error(
            f"FIELD_ENCRYPTION_KEYS: number {n} is no key.", hint=f"Make one with {MAKE_ONE}", id="core.E002"
        )
        for n in bad
    ]


def _is_key(text: str) -> bool:
    try:
        Fernet(text)
    except (ValueError, TypeError):
        return False
    return True


@register(Tags.security, deploy=True)
def proxies_counted(app_configs, **kwargs):
    """Where TLS ends at a proxy, at least that one is counted: else every visitor has its address."""
    if settings.TRUSTED_PROXIES or not getattr(settings, "SECURE_SSL_REDIRECT", False):
        return []
    return [
        Warning(
            "TRUSTED_PROXIES is 0 though TLS ends at a proxy: limits and logs take all visitors for that proxy.",
            hint="Set TRUSTED_PROXIES to the number of your own proxies that a request passes, one after the other.",
            id="core.W001",
        )
    ]


@register(Tags.security, deploy=True)
def database_role(app_configs, **kwargs):
    """The application must not be able to drop the triggers that guard the books."""
    if connection.vendor != "postgresql":
        return []
    try:
        mighty = dbroles.too_mighty()
    except DatabaseFailure:
        return []  # no database to ask: its absence is said elsewhere
    if not mighty:
        return []
    said = f"The application's database role ({settings.DATABASES['default']['USER']}) owns its tables."
    return [Warning(said, hint=OWN_ROLE, id="core.W002")]


@register(deploy=True)
def first_login(app_configs, **kwargs):
    """What the first people would miss: the same that the admin's first page says to superusers."""
    if not settings.PRODUCTION:
        return []
    found = []
    for function in requirements():
        try:
            lack = function()
        except DatabaseFailure:
            continue  # no database to ask, or no tables yet
        if lack:
            found.append(Warning(str(lack.words), hint=str(lack.hint), id=lack.id))
    return found
