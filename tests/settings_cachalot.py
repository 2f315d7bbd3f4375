"""The same host with django-cachalot as in the README of 0.8.8: its tables, and a shared cache."""

from os import environ, getpid

from django.core.exceptions import ImproperlyConfigured

from tests import services
from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS as PLAIN_APPS

INSTALLED_APPS = [*PLAIN_APPS, "cachalot"]

CACHALOT_ONLY_CACHABLE_TABLES = [
    "chat_api_answer",
    "chat_api_attachmenttemplate",
    "chat_api_group",
    "chat_api_question",
    "chat_api_schema",
]
# The server may be in use by others: keys of a run expire.
CACHALOT_TIMEOUT = 600

_redis = services.find("redis")
if _redis.url is None:
    raise ImproperlyConfigured(
        f"django-cachalot is tested with a shared cache, but there is no Redis: {_redis.origin}"
    )

CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": _redis.url,
        # Each worker has its own database, so it must not see cached queries of another one.
        "KEY_PREFIX": "-".join(
            (
                "chat-api-tests",
                environ.get("PYTEST_XDIST_TESTRUNUID", str(getpid())),
                environ.get("PYTEST_XDIST_WORKER", "alone"),
            )
        ),
    }
}
