"""The same host with django-cachalot as 0.8.8's README sets it up: its tables, and a cache that is shared."""

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
# The server may be somebody's: what a run leaves there goes away by itself.
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
        # Each worker has a database of its own, so it must not see what another one cached.
        "KEY_PREFIX": "-".join(
            (
                "chat-api-tests",
                environ.get("PYTEST_XDIST_TESTRUNUID", str(getpid())),
                environ.get("PYTEST_XDIST_WORKER", "alone"),
            )
        ),
    }
}
