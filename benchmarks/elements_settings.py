"""The settings of the project that serves a page with our element, from PostgreSQL and Redis."""

from os import environ

from benchmarks.chaos_settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.elements_urls"
STATIC_ROOT = environ.get("CHAT_API_ELEMENTS_STATIC", "")
# Under ASGI, connections that stay open belong to threads that come and go, and a server runs out of them.
DATABASES["default"] |= {  # noqa: F405
    "CONN_MAX_AGE": 0,
    "OPTIONS": {"pool": {"min_size": 1, "max_size": 20, "timeout": 60}},
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [environ.get("CHAT_API_CHAOS_REDIS", "redis://127.0.0.1:6379")]},
    }
}
CHAT_SETTINGS: dict[str, object] = {}
