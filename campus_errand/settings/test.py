"""Tests: SQLite in a file by default; PostgreSQL and Redis when DATABASE_URL and REDIS_URL are set."""

import os
import tempfile

from campus_errand.settings.base import *

SECRET_KEY = "test-secret-key-that-is-long-enough-for-every-signer-in-use"
ALLOWED_HOSTS = ["*"]
STAFF_SECOND_FACTOR = False
STAFF_SESSION_SECONDS = STAFF_IDLE_SECONDS = 365 * 24 * 3600  # tests move the clock by days
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True  # browser journeys load style sheets and scripts
if REDIS_URL:
    # The processes of a parallel run have the same numbers of people and orders: each hears only itself.
    CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] += os.environ.get("PYTEST_XDIST_WORKER", "")
MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="errand-media-"))
if SQLITE:
    # A file, not memory: browser journeys and threads need several connections to one database.
    DATABASES["default"]["TEST"] = {"NAME": Path(tempfile.mkdtemp(prefix="errand-db-")) / "test.sqlite3"}
    # Nothing here has to outlive a power cut, so nothing waits for the disk.
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
else:
    DATABASES["default"]["OPTIONS"] = {"options": "-c synchronous_commit=off"}
MIGRATE_DATABASE = None
DATABASES["default"]["CONN_MAX_AGE"] = 0
LOGIN_LIMITS = False  # tests of the limits switch them on
POSITIONS_BUFFERED = False
LOGGING["root"]["level"] = "WARNING"
