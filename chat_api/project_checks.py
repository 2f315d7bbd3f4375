"""System checks of other settings of the project that affect this app: caches, channel layers, images, pagination.

W002: cachalot uses a cache per process. W003: the channel layer has a small capacity. W004: image types are accepted
that cannot be encoded again. W005: lists need a `limit`. W007: the channel layer is in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.apps import AppConfig, apps
from django.conf import settings
from django.core import checks
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.settings import api_settings

from chat_api.attachments.imaging import FORMATS
from chat_api.attachments.uploads import listed_images
from chat_api.settings import DEFAULTS, chat_settings

CACHE_PER_PROCESS: Final = "chat_api.W002"
SMALL_CAPACITY: Final = "chat_api.W003"
UNKNOWN_IMAGES: Final = "chat_api.W004"
LISTS_NEED_LIMIT: Final = "chat_api.W005"
LAYER_IN_MEMORY: Final = "chat_api.W007"

#: A process with many sockets may receive more messages than this at once.
_CAPACITY_LEAST: Final = 1000


@checks.register("chat_api")
def check_cachalot(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warn of django-cachalot with a cache per process: the other processes would keep reading stale rows."""
    if not apps.is_installed("cachalot"):
        return []
    alias = getattr(settings, "CACHALOT_CACHE", "default")
    if not isinstance(caches[alias], LocMemCache):
        return []
    return [
        checks.Warning(
            f"django-cachalot uses the cache {alias!r}, which processes do not share.",
            hint="Set CACHALOT_CACHE to a cache that all processes share, for example Redis or Memcached.",
            id=CACHE_PER_PROCESS,
        )
    ]


@checks.register("chat_api")
def check_channel_layer(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warn of a Redis layer with a small capacity: each process receives everything through one channel."""
    layer = (getattr(settings, "CHANNEL_LAYERS", None) or {}).get("default", {})
    capacity = (layer.get("CONFIG") or {}).get("capacity", 100)
    if layer.get("BACKEND") != "channels_redis.core.RedisChannelLayer" or capacity >= _CAPACITY_LEAST:
        return []
    return [
        checks.Warning(
            f"CHANNEL_LAYERS uses RedisChannelLayer with a capacity of {capacity}. When more events arrive at once, "
            "the rest is delivered one heartbeat later.",
            hint="Use channels_redis.pubsub.RedisPubSubChannelLayer, or a capacity of several thousand.",
            id=SMALL_CAPACITY,
        )
    ]


@checks.register("chat_api", deploy=True)
def check_layer_is_shared(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Warn of an in-memory channel layer: it reaches only the sockets of its own process."""
    layer = (getattr(settings, "CHANNEL_LAYERS", None) or {}).get("default", {})
    if not str(layer.get("BACKEND", "")).endswith(".InMemoryChannelLayer"):
        return []
    return [
        checks.Warning(
            "CHANNEL_LAYERS uses InMemoryChannelLayer: sockets get events of other processes one heartbeat later.",
            hint="Use channels_redis.pubsub.RedisPubSubChannelLayer if there is more than one process, including "
            "Celery workers and management commands.",
            id=LAYER_IN_MEMORY,
        )
    ]


@checks.register("chat_api")
def check_images(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warn of MIME types in ACCEPTED_IMAGE_MIME that images cannot be stored as."""
    unknown = sorted(listed_images() - FORMATS.keys())
    if not unknown:
        return []
    return [
        checks.Warning(
            f"ACCEPTED_IMAGE_MIME lists {', '.join(unknown)}, but such images are rejected.",
            hint=f"Images are encoded again. Choose from {', '.join(sorted(FORMATS))}.",
            id=UNKNOWN_IMAGES,
        )
    ]


@checks.register("chat_api")
def check_pages(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warn of lists whose response to a request without a limit is 400."""
    if api_settings.PAGE_SIZE is not None:
        return []
    rejecting = [key for key in DEFAULTS if key.startswith("PAGINATION_") and _needs_limit(key)]
    if not rejecting:
        return []
    return [
        checks.Warning(
            "REST_FRAMEWORK has no PAGE_SIZE: lists without `limit` return 400 'Incorrect offset or limit.' "
            f"({', '.join(rejecting)}).",
            hint="Set PAGE_SIZE in REST_FRAMEWORK, or send `limit` with every request.",
            id=LISTS_NEED_LIMIT,
        )
    ]


def _needs_limit(key: str) -> bool:
    try:
        getattr(chat_settings, key)().paginate_queryset([], Request(HttpRequest()))
    except APIException as error:
        return bool(error.status_code == status.HTTP_400_BAD_REQUEST)
    except Exception:  # noqa: BLE001  (a class that cannot be imported, or needs a real request, is not checked here)
        return False
    return False
