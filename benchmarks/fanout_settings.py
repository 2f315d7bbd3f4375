"""The host of ``benchmarks.fanout``: that of the chaos run, with a layer that loses nothing and usual intervals."""

from os import environ

from benchmarks.chaos_settings import *  # noqa: F403

ASGI_APPLICATION = "benchmarks.fanout_asgi.application"
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [environ.get("CHAT_API_CHAOS_REDIS", "redis://127.0.0.1:6379")]},
    }
}
CHAT_SETTINGS = {"WS_CONNECTS_PER_SECOND": 200}
