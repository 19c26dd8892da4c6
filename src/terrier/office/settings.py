"""Django's settings, made from the environment (see environment.py for what can be set)."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from terrier.office.environment import SettingError, mail_server, read_environment, single_sign_on

ENVIRONMENT = read_environment()
HERE = Path(__file__).parent

SECRET_KEY = ENVIRONMENT.key()
DEBUG = ENVIRONMENT.debug
DEMO = ENVIRONMENT.demo
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
SITE_URL = ENVIRONMENT.url
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.url]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_cotton",
    "django_htmx",
    "terrier.office.look",
    "terrier.office.people",
    "terrier.office.audit",
    "terrier.office.jobs",
    "terrier.office.accounts",
    "terrier.office.alignment",
    "terrier.office.imports",
    "terrier.office.sales",
    "terrier.office.market",
    "terrier.office.api",
    "terrier.office.desks",
    "terrier.office.analysis",
    "terrier.office.headcount",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "terrier.office.api.door.Door",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "terrier.office.look.middleware.LookMiddleware",
]

ROOT_URLCONF = "terrier.office.urls"
WSGI_APPLICATION = "terrier.office.wsgi.application"
APPEND_SLASH = True

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "terrier.office.look.context.look",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "django.templatetags.i18n"],
        },
    }
]


def _database() -> dict[str, Any]:
    """SQLite in the home directory, each commit on disk before it is acknowledged; or what DATABASE_URL names."""
    if ENVIRONMENT.database_url is None:
        ENVIRONMENT.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": ENVIRONMENT.home / "terrier.sqlite3",
            "CONN_MAX_AGE": None,  # opening it again for each request costs more than most requests
            "OPTIONS": {
                "timeout": 30,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                " PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
            },
        }
    try:
        found = dj_database_url.parse(
            ENVIRONMENT.database_url.get_secret_value(), conn_max_age=60, conn_health_checks=True
        )
    except ValueError as error:
        raise SettingError(f"DATABASE_URL: {error}") from None
    if found["ENGINE"] != "django.db.backends.postgresql":
        raise SettingError("DATABASE_URL: must be postgresql://user:password@host:5432/name.")
    # what is asked again over a connection is prepared there (office/statements.py)
    found.setdefault("OPTIONS", {}).setdefault("prepare_threshold", 1)
    return dict(found)


DATABASES = {"default": _database()}
CACHES = {
    # Shared by every process, so that a rate limit is one limit.
    # What a territory asks for is kept here, too: of some plans with hundreds of them.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "office_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.https
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SECURE_SSL_REDIRECT = ENVIRONMENT.https
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if ENVIRONMENT.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = ENVIRONMENT.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.https else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MAP_TILES = ENVIRONMENT.map_tiles
"""Where the map studio fetches tiles from, if it does; it needs none."""
_tiles = ["{0.scheme}://{0.netloc}".format(urlsplit(MAP_TILES))] if MAP_TILES else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *_tiles],
        "connect-src": [SELF, *_tiles],
        "worker-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # people come by invitation, which proves the address
ACCOUNT_ADAPTER = "terrier.office.people.sign_in.InvitedOnly"
SOCIALACCOUNT_ADAPTER = "terrier.office.people.sign_in.KnownPeopleOnly"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # strangers get no mail of ours
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or second factor is told by mail
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if ENVIRONMENT.https else "http"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = (
    False  # people/sign_in.py decides whom a provider's address opens the door for
)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENVIRONMENT.https
SOCIALACCOUNT_LOGIN_ON_GET = (
    True  # a form's way out to the provider is barred by form-action, a link's is not
)
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = single_sign_on(ENVIRONMENT)

USE_I18N = USE_TZ = True
LANGUAGE_CODE = ENVIRONMENT.language
LANGUAGES = [("en", _("English")), ("it", _("Italian"))]
LOCALE_PATHS = [HERE / "locale"]
TIME_ZONE = ENVIRONMENT.time_zone

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
STATIC_ROOT = None  # nothing is collected: whitenoise finds the files where they are
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.email_from
EMAIL_FILE_PATH = ENVIRONMENT.home / "mail"
"""Where mail goes when no server is named, to be read by whoever runs the machine."""
EMAIL_IS_SENT = ENVIRONMENT.email_url is not None
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if ENVIRONMENT.email_url else 'filebased'}.EmailBackend"
EMAIL_TIMEOUT = 10
if ENVIRONMENT.email_url:
    _mail = mail_server(ENVIRONMENT.email_url.get_secret_value())
    EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.tls, _mail.ssl

FILES = ENVIRONMENT.home / "files"
"""Uploaded files, by their jobs and imports."""
LEDGER = ENVIRONMENT.home / "ledger"
"""Invoice lines: Parquet files and the manifest that says which of them count."""
PACKED_PLANS = ENVIRONMENT.home / "packed-plans"
"""What the map studio opened last: may be deleted at any time."""
IMPORT_DAYS = ENVIRONMENT.import_days
HOUR_COST, TERRITORY_COST = ENVIRONMENT.hour_cost, ENVIRONMENT.territory_cost
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
FILE_UPLOAD_HANDLERS = [
    "terrier.office.imports.uploads.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO" if DEBUG else "WARNING"},
}
