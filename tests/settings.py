"""A minimal host project in which the suite runs.

``CHAT_API_TEST_DATABASE`` is ``sqlite`` (default) or ``postgres``; ``CHAT_API_TEST_DB_SUFFIX`` is appended to
the name of the test database, so that two runs on one machine do not meet. tests/services.py says which
servers are used.
"""

from importlib.util import find_spec
from os import environ
from pathlib import Path
from typing import Any

from django import VERSION as DJANGO

from chat_api import __version__
from tests import services

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = BASE_DIR / ".testdata"
DATA_DIR.mkdir(exist_ok=True)

SECRET_KEY = "only for the tests"
DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
ROOT_URLCONF = "tests.urls"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
# As written by `startproject`; the keys of the library do not depend on it.
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Django 6.1 warns about e-mail without it; the suite sends e-mails to memory only.
if DJANGO >= (6, 1):
    MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}

_SIDECAR = find_spec("drf_spectacular_sidecar") is not None

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    *(["drf_spectacular_sidecar"] if _SIDECAR else []),
    "chat_api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

_SUFFIX = environ.get("CHAT_API_TEST_DB_SUFFIX", "")


def sqlite_database(name: str = "") -> dict[str, Any]:
    """Return SQLite in a file, because tests with threads open several connections."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(DATA_DIR / f"host{_SUFFIX}{name}.sqlite3"),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
        },
        "TEST": {"NAME": str(DATA_DIR / f"test{_SUFFIX}{name}.sqlite3")},
    }


def postgres_database(name: str = "") -> dict[str, Any]:
    """Return the PostgreSQL that `services` finds or starts."""
    return {
        **services.postgres_connection(),
        "TEST": {"NAME": f"test_chat_api{_SUFFIX}{name}"},
    }


def database(name: str = "") -> dict[str, Any]:
    """Return the database of this run; `name` distinguishes several databases of one host."""
    if environ.get("CHAT_API_TEST_DATABASE", "sqlite") == "postgres":
        return postgres_database(name)
    return sqlite_database(name)


DATABASES = {"default": database()}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CHANNEL_LAYERS: dict[str, Any] = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_URL = "/static/"
MEDIA_URL = "/media/"
MEDIA_ROOT = str(DATA_DIR / "media")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication",
        "rest_framework.authentication.BasicAuthentication",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "PAGE_SIZE": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "chat_api",
    "VERSION": __version__,
    "SERVE_INCLUDE_SCHEMA": False,
    **(
        {"SWAGGER_UI_DIST": "SIDECAR", "SWAGGER_UI_FAVICON_HREF": "SIDECAR", "REDOC_DIST": "SIDECAR"}
        if _SIDECAR
        else {}
    ),
}

CELERY_BROKER_URL = "memory://"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_APP_PATH = "tests.celery.app"

CHAT_SETTINGS: dict[str, Any] = {}
