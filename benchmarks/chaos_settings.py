"""The host of the chaos run: PostgreSQL, a Redis of its own, and a layer that loses hints on purpose."""

from os import environ

from tests import services
from tests.settings import *  # noqa: F403

DEBUG = False
ROOT_URLCONF = "tests.urls"
ASGI_APPLICATION = "benchmarks.chaos_asgi.application"
DATABASES = {
    "default": {
        **services.postgres_connection(),
        "NAME": environ.get("CHAT_API_CHAOS_DATABASE", "chat_api_chaos"),
        "CONN_MAX_AGE": 60,
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "chat_api.realtime.testing.FaultyChannelLayer",
        "CONFIG": {
            "inner": {
                "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
                "CONFIG": {"hosts": [environ.get("CHAT_API_CHAOS_REDIS", "redis://127.0.0.1:6379")]},
            },
            "drop": float(environ.get("CHAT_API_CHAOS_DROP", "0.1")),
            "duplicate": 0.02,
            "reorder": 0.02 if float(environ.get("CHAT_API_CHAOS_DROP", "0.1")) else 0.0,
            "seed": int(environ.get("CHAT_API_CHAOS_SEED", "1")),
        },
    }
}
CHAT_SETTINGS = {"WS_HEARTBEAT_SECONDS": 2, "WS_CONNECTS_PER_SECOND": 200}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {
        "chat_api": {"handlers": ["console"], "level": "ERROR"},
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}
