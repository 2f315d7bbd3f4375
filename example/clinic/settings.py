"""Settings of a project that uses every part of the app. For trying it out, not for the internet."""

from os import environ
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django import VERSION as DJANGO

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = "known to everybody: for the demonstration only"
DEBUG = True
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"
ASGI_APPLICATION = "clinic.asgi.application"
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("es", "Español"),
    ("fr", "Français"),
    ("pl", "Polski"),
    ("ar", "العربية"),
]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
# No MEDIA_URL: the app serves files to users who can read the attachment.
MEDIA_ROOT = environ.get("CLINIC_MEDIA", str(BASE_DIR / "media"))
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "clinic",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
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
    "clinic.pages.frame.note_language",
    "clinic.pages.frame.content_security_policy",
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
                "clinic.pages.frame.site",
            ],
        },
    },
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": environ.get("CLINIC_DATABASE", str(BASE_DIR / "clinic.sqlite3")),
        # Requests that write wait for each other instead of being rejected.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;",
        },
    }
}
# CLINIC_DATABASE_URL=postgres://name:password@host:5432/database is PostgreSQL instead, which needs psycopg.
if environ.get("CLINIC_DATABASE_URL"):
    _URL = urlsplit(environ["CLINIC_DATABASE_URL"])
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(_URL.path.lstrip("/")),
        "USER": unquote(_URL.username or ""),
        "PASSWORD": unquote(_URL.password or ""),
        "HOST": unquote(_URL.hostname or ""),
        "PORT": _URL.port or "",
    }

# Basic authentication checks the password at each request. Hashers for real passwords are slow on purpose, so each curl
# command of the documentation would take a second. Never use this one for passwords that matter.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    # For passwords that an earlier demo stored: they are hashed again at the first sign-in.
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # The browser signs in once, at /api-auth/login/.
        "rest_framework.authentication.SessionAuthentication",
        # curl -u anna:demo; outside of your own machine only over HTTPS.
        "rest_framework.authentication.BasicAuthentication",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 50,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "The clinic",
    "DESCRIPTION": "Chat threads, scripted conversations and surveys.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    # From the package drf-spectacular-sidecar: no file is loaded from the internet.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# E-mails are printed in the terminal of the demo.
_CONSOLE = "django.core.mail.backends.console.EmailBackend"
if DJANGO >= (6, 1):
    MAILERS = {"default": {"BACKEND": _CONSOLE}}
else:
    EMAIL_BACKEND = _CONSOLE

# One process needs no other server; several processes signal new events through Redis.
REDIS_URL = environ.get("REDIS_URL", "")
#: The prefix of queues and channels, so that several clinics can share a Redis.
NAME = environ.get("CLINIC_NAME", "clinic")
CHANNEL_LAYERS: dict[str, Any] = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
if REDIS_URL:
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": NAME},
    }

# The languages that people use, for what is written to them outside of their requests.
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "languages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "languages"},
}
if REDIS_URL:
    CACHES["languages"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": f"{NAME}-languages",
    }

# RabbitMQ, else Redis, else none: then threads of the demo run this schedule.
CELERY_BROKER_URL = environ.get("AMQP_URL") or REDIS_URL or None
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = NAME
CELERY_BEAT_SCHEDULE = {
    "restart due scripts": {"task": "chat_api.tasks.restart_due_scripts", "schedule": 10.0},
    "publish pending events": {"task": "chat_api.tasks.publish_pending_events", "schedule": 5.0},
    "notifications": {"task": "chat_api.tasks.deliver_pending_notifications", "schedule": 5.0},
    "index messages": {"task": "chat_api.tasks.index_messages", "schedule": 10.0},
    "trim the event log": {"task": "chat_api.tasks.trim_event_log", "schedule": 3600.0},
}
#: The Celery app, through which requests start notifications right away.
CELERY_APP_PATH = "clinic.celery.app"

#: All flags: creators of threads can also roll back, stop scripts and control other members.
EVERY_PERMISSION = 8191

CHAT_SETTINGS: dict[str, Any] = {
    "THREAD_CREATOR_PERMISSIONS_DEFAULT": EVERY_PERMISSION,
    # Schemas of conversations can be read too, to look up their texts in the API explorer.
    "TYPES_SCHEMA_GET_THROUGH_API": ("survey", "automated_flow"),
    # Files are served only to users who can read the attachment.
    "ATTACHMENT_FILES_PRIVATE": True,
    # The work of another process shows up soon, even without Redis.
    "WS_HEARTBEAT_SECONDS": 5,
    # Members who are away get an e-mail after a minute, with a link to unsubscribe.
    "NOTIFICATIONS_DEFAULT_BY_THREAD_TYPE": {"chat": 1 | 2 | 8},
    "NOTIFICATION_DELAYS": {"email": int(environ.get("CLINIC_EMAIL_DELAY", "60"))},
    # Events, and messages of scripts, are in the language of the page that the user has opened last.
    "USER_LANGUAGE": "clinic.people.language_of",
    # Doctors are notified of answers that raise a flag.
    "FLAG_RECIPIENTS": "clinic.people.flag_recipients",
    # Patients see the scores of their own answers, and what these mean, but no flags.
    "RESPONDENT_SEES": ("scores", "bands"),
    "THREAD_INVITEES": "clinic.people.invitees",
    # Besides conversations with doctors there is one with the reception, behind the bubble of the first page.
    "TYPES_CHAT": (("chat", "Chat"), ("tracker", "Tracker"), ("support", "Reception"), ("survey", "Survey")),
    "TYPES_CHAT_LIST_THROUGH_API": ("chat", "tracker", "support", "survey"),
    "NOTIFICATION_BASE_URL": environ.get("CLINIC_URL", "http://127.0.0.1:8000"),
}
