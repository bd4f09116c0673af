"""Settings shared by every mode.

Two modes, told apart by the environment alone:

* embedded (default): SQLite in WAL mode, in-memory channel layer and Celery broker, one process;
* server: ``DATABASE_URL=postgres://…`` and ``REDIS_URL=redis://…``, several processes.
"""

import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from campus_errand.settings import declarations
from campus_errand.settings.admin import UNFOLD  # noqa: F401  (a setting)
from campus_errand.settings.environment import as_list, database_url, env_bool, owner_database_url, redis_url
from campus_errand.settings.outside import *
from campus_errand.settings.people import *
from campus_errand.settings.storage import *
from campus_errand.settings.tables import *

SECRET_KEY = os.environ.get("SECRET_KEY", "")
# What lies encrypted in the database (core.crypto): the first key encrypts, all decrypt.
FIELD_ENCRYPTION_KEYS = [k for k in os.environ.get("FIELD_ENCRYPTION_KEYS", "").split(",") if k]
DEBUG = False
PRODUCTION = False
# The public names, the first being the one that addresses to be called from outside are made of. INSECURE_HTTP is for
# machines that nobody but their owner reaches: `script/server` sets it when no name is given.
DOMAINS = as_list(os.environ.get("DOMAIN", ""))
INSECURE_HTTP = env_bool("INSECURE_HTTP")
ORIGINS = [f"{'http' if INSECURE_HTTP else 'https'}://{name}" for name in DOMAINS]
ALLOWED_HOSTS = as_list(os.environ.get("ALLOWED_HOSTS", "")) or DOMAINS
CSRF_TRUSTED_ORIGINS = as_list(os.environ.get("CSRF_TRUSTED_ORIGINS", "")) or ORIGINS
# What this machine is called among several (core.hosts).
HOST_NAME = os.environ.get("HOST_NAME") or socket.gethostname()
# Run by `manage.py migrate_once` after the migrations: rows that the product ships.
AFTER_MIGRATE = ["load_library"]
# The demo shows its logins on the login page and lets virtual people live on the campus.
DEMO = env_bool("DEMO")
# The sandbox cashier, where people pay with no real money: in production only when SANDBOX=1 says so.
SANDBOX = env_bool("SANDBOX", True)

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "core",
    "campus",
    "accounts",
    "notifications",
    "chat",
    "telephony",
    "payments",
    "catalog",
    "orders",
    "couriers",
    "delivery",
    "dispatch",
    "exceptions",
    "analytics",
    "simulation",
]

MIDDLEWARE = [
    "core.middleware.LivenessMiddleware",
    "couriers.middleware.PositionMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "core.middleware.MethodMiddleware",
    "core.middleware.NulMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages alone need what follows: a style sheet or an icon with all of it would travel twice as heavy.
    "core.middleware.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.NoStoreMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.AdminCSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.RateLimitMiddleware",
    "accounts.middleware.SecurityLogMiddleware",
    "accounts.session_limits.SessionLimitMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "core.middleware.NotAPageMiddleware",
    "core.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "campus_errand.urls"
WSGI_APPLICATION = "campus_errand.wsgi.application"
ASGI_APPLICATION = "campus_errand.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.page",
            ],
            "builtins": ["core.templatetags.ui"],
        },
    },
]

# -- Storage -----------------------------------------------------------------------------------------------

DATABASES = {
    "default": dj_database_url.parse(
        database_url() or f"sqlite:///{VAR_DIR / 'db.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if SQLITE:
    # IMMEDIATE takes the write lock at BEGIN, so that a read-then-write never fails half-way as "locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
# The owner of the tables, who migrates; the application's role changes rows only (manage.py grant_app_role).
MIGRATE_DATABASE = dj_database_url.parse(owner_database_url()) if owner_database_url() else None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = redis_url()
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            # Redis keeps its numbered databases apart, but not what is published: the prefix does.
            "CONFIG": {"hosts": [REDIS_URL], "prefix": f"errand{urlsplit(REDIS_URL).path.replace('/', '-')}"},
        }
    }
    CACHES = {"default": {"BACKEND": "core.cache.FallbackRedisCache", "LOCATION": REDIS_URL}}
    CELERY_BROKER_URL = REDIS_URL
    # Who publishes is not kept waiting by a broker that hangs; who consumes comes back however long it was away.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 3}
else:
    # Left alone, the layer forgets a member after a day, or when a message waits a minute (a laptop that slept).
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels.layers.InMemoryChannelLayer",
            "CONFIG": {"capacity": 10_000, "expiry": 10**9, "group_expiry": 10**9},
        }
    }
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CELERY_BROKER_URL = "memory://localhost/"
    # The memory transport looks for work once a second unless told otherwise.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.05}

# Positions of couriers go through a list in Redis and are written together once a second.
POSITIONS_BUFFERED = bool(REDIS_URL)

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

STATIC_URL = "/static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False  # nobody else's pages use our files
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
# A photo of the greatest size that we take stays in memory: a full disk then costs nobody their form.
FILE_UPLOAD_MAX_MEMORY_SIZE = 13_000_000

# -- Language and time -------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# -- Money -------------------------------------------------------------------------------------------------

# Where the site stands, as gateways outside must call it: https://errand.example.org
SITE_ORIGIN = (os.environ.get("SITE_ORIGIN") or next(iter(ORIGINS), "")).rstrip("/")
# A gateway is offered when all of its values are there; `manage.py check` complains of one that is half configured.
GATEWAYS = {name: declarations.read(declared["needed"]) for name, declared in declarations.GATEWAYS.items()}

# Withdrawals that gateways pay by themselves; without these a person pays them (payments.gateways).
TRANSFERS = {
    name: value
    for declared in declarations.GATEWAYS.values()
    for name, value in declarations.read(declared.get("transfers", {})).items()
}

# -- Phone calls -------------------------------------------------------------------------------------------

# Who connects calls where a campus has not chosen (telephony.providers): direct, aliyun, or fake for trying out.
CALL_PROVIDER = os.environ.get("CALL_PROVIDER") or ("fake" if DEMO else "direct")
# After so many days the numbers in the call log, and those of receivers on orders long closed, are masked for good.
PHONE_RETENTION_DAYS = int(os.environ.get("PHONE_RETENTION_DAYS", "30"))

# Words and photos of a chat are kept for so many days, longer only while a ticket about it is open.
CHAT_KEEP_DAYS = int(os.environ.get("CHAT_KEEP_DAYS", "180"))

# How many days what is kept (core.personal_data), by the names that the table of personal data uses; or the setting
# that says it. Transactions: three years by law (E-commerce Law, article 31); logs: six months (Cybersecurity Law,
# article 21).
RETENTION_DAYS: dict[str, int | str] = {
    "phones": "PHONE_RETENTION_DAYS",
    "chats": "CHAT_KEEP_DAYS",
    "documents": 0,  # until the application is decided
    "drafts": 1,
    "positions": 7,
    "sessions": 30,
    "events": 14,
    "codes": 30,
    "sends": 90,
    "notices": 180,
    "photos": 180,
    "logs": 186,
    "transactions": 3 * 366,
}

# An outside monitor that is told by the hourly audit that all is well, and raises an alarm when it hears nothing.
AUDIT_PING_URL = os.environ.get("AUDIT_PING_URL", "")

# A change of the terms or the privacy notice is a new version; consent is stored with the version that was read.
TERMS_VERSION = PRIVACY_VERSION = "2026-11"

# -- Security ----------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # Browsers follow this rule through redirects, so it names where a cashier's page may send people.
        "form-action": [
            SELF,
            *(
                page
                for name, declared in declarations.GATEWAYS.items()
                if GATEWAYS[name] != declared["needed"]  # somebody has begun to configure it
                for page in declared.get("form_action", [])
            ),
        ],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# What pages use: the camera to scan, the position on the way, the clipboard and sharing of links. Nothing else.
PERMISSIONS_POLICY = ", ".join(
    [
        *(f"{name}=(self)" for name in ("camera", "clipboard-write", "geolocation", "web-share")),
        *(f"{name}=()" for name in ("display-capture", "microphone", "midi", "payment", "serial", "usb")),
    ]
)
SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True  # scripts take the token from the page's forms
SESSION_COOKIE_AGE = 30 * 24 * 3600
# Of operators: from the login on, and without anything that a person does (accounts.sessions).
STAFF_SESSION_SECONDS, STAFF_IDLE_SECONDS = 12 * 3600, 3600

# -- Logging -----------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "format": "{asctime} {levelname} {name} {message}",
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
            "style": "{",
        }
    },
    "filters": {
        "numbers": {"()": "core.redaction.MaskNumbers"},
        "outages": {"()": "core.outage_log.OneLineAnOutage"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["numbers"]},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    # Handlers that Django and uvicorn bring along are taken away: what they would write passes no filter.
    "loggers": {
        "celery": {"level": "WARNING"},
        "celery.worker.consumer.consumer": {"filters": ["outages"]},
        "django": {"handlers": [], "level": "INFO"},
        "django.server": {"handlers": [], "propagate": True},
        "uvicorn": {"handlers": [], "level": "WARNING", "propagate": True},
        "uvicorn.access": {"handlers": [], "propagate": True},
    },
}
