"""How the environment is read: secrets from files, and addresses put together from their parts.

A secret may stand in a file that NAME_FILE names (as orchestrators mount them) instead of in NAME. A password that is
given apart from an address may hold any character; here it is quoted, in one place.
"""

import os
import re
from collections.abc import MutableMapping
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from campus_errand.settings import declarations

SECRETS = (
    "SECRET_KEY",
    "FIELD_ENCRYPTION_KEYS",
    "DATABASE_URL",
    "MIGRATE_DATABASE_URL",
    "REDIS_URL",
    "POSTGRES_PASSWORD",
    "POSTGRES_OWNER_PASSWORD",
    "REDIS_PASSWORD",
    "MEDIA_S3_SECRET_KEY",
    "ALIYUN_ACCESS_KEY_SECRET",
    "TENCENT_SECRET_KEY",
    "ALIYUN_CALLS_CALLBACK_SECRET",
    "VAPID_PRIVATE_KEY",
    "EMAIL_HOST_PASSWORD",
    "WECHAT_SECRET",
    *declarations.SECRETS,
)


def read_secret_files(environ: MutableMapping[str, str] = os.environ) -> None:
    """Set each secret that is not given itself to what its file holds. A file that is named and missing is an error."""
    for name in SECRETS:
        path = environ.get(f"{name}_FILE")
        if path and not environ.get(name):
            environ[name] = Path(path).read_text(encoding="utf-8").strip("\r\n")


def env_bool(name: str, default: bool = False) -> bool:
    """NAME as yes or no; empty is not said, so the default."""
    return (os.environ.get(name) or str(default)).lower() in {"1", "true", "yes", "on"}


def as_list(value: str) -> list[str]:
    """The parts of a setting that lists several, between commas or spaces."""
    return [part for part in re.split(r"[,\s]+", value) if part]


def database_url(environ: MutableMapping[str, str] = os.environ) -> str:
    """DATABASE_URL, or one made of POSTGRES_HOST, _PORT, _DB, _USER and _PASSWORD; "" when neither is given."""
    return environ.get("DATABASE_URL", "") or _database_of(
        environ, environ.get("POSTGRES_USER", "errand"), environ.get("POSTGRES_PASSWORD", "")
    )


def owner_database_url(environ: MutableMapping[str, str] = os.environ) -> str:
    """MIGRATE_DATABASE_URL, or the same database for POSTGRES_OWNER with POSTGRES_OWNER_PASSWORD; "" for no such role."""
    given, owner = environ.get("MIGRATE_DATABASE_URL", ""), environ.get("POSTGRES_OWNER", "")
    if given or not owner:
        return given
    return _database_of(environ, owner, environ.get("POSTGRES_OWNER_PASSWORD", ""))


def _database_of(environ: MutableMapping[str, str], user: str, password: str) -> str:
    host = environ.get("POSTGRES_HOST", "")
    if not host:
        return ""
    user, password, name = (
        quote(part, safe="") for part in (user, password, environ.get("POSTGRES_DB", "errand"))
    )
    return f"postgres://{user}:{password}@{host}:{environ.get('POSTGRES_PORT', '5432')}/{name}"


def redis_url(environ: MutableMapping[str, str] = os.environ) -> str:
    """REDIS_URL, with REDIS_PASSWORD quoted into it when that is given apart and the address has none."""
    url, password = environ.get("REDIS_URL", ""), environ.get("REDIS_PASSWORD", "")
    parts = urlsplit(url)
    if not url or not password or "@" in parts.netloc:
        return url
    return urlunsplit(parts._replace(netloc=f":{quote(password, safe='')}@{parts.netloc}"))


read_secret_files()  # whoever imports this reads the environment next
