"""System checks of what else in a project has to go with the chat: caches, channel layers, images, pages.

W002: cachalot caches per process. W003: the channel layer holds few messages. W004: images are accepted that cannot be
encoded again. W005: a list needs a `limit`. W007: the channel layer is in memory.
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

#: Fewer messages than this may come at once in a process with many sockets.
_CAPACITY_LEAST: Final = 1000


@checks.register("chat_api")
def check_cachalot(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warn of django-cachalot on a cache of each process: the other ones would go on reading old rows."""
    if not apps.is_installed("cachalot"):
        return []
    alias = getattr(settings, "CACHALOT_CACHE", "default")
    if not isinstance(caches[alias], LocMemCache):
        return []
    return [
        checks.Warning(
            f"django-cachalot uses the cache {alias!r}, which each process has for itself.",
            hint="Name a cache that all processes share (Redis, Memcached) in CACHALOT_CACHE.",
            id=CACHE_PER_PROCESS,
        )
    ]


@checks.register("chat_api")
def check_channel_layer(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warn of a Redis layer whose channels hold little: each process listens by one, whatever happens in it."""
    layer = (getattr(settings, "CHANNEL_LAYERS", None) or {}).get("default", {})
    capacity = (layer.get("CONFIG") or {}).get("capacity", 100)
    if layer.get("BACKEND") != "channels_redis.core.RedisChannelLayer" or capacity >= _CAPACITY_LEAST:
        return []
    return [
        checks.Warning(
            f"CHANNEL_LAYERS uses RedisChannelLayer with a capacity of {capacity}: what comes at once beyond that is "
            "late by a heartbeat.",
            hint="Use channels_redis.pubsub.RedisPubSubChannelLayer, or a capacity of some thousands.",
            id=SMALL_CAPACITY,
        )
    ]


@checks.register("chat_api", deploy=True)
def check_layer_is_shared(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Warn of a channel layer in memory: it reaches the sockets of its own process alone."""
    layer = (getattr(settings, "CHANNEL_LAYERS", None) or {}).get("default", {})
    if not str(layer.get("BACKEND", "")).endswith(".InMemoryChannelLayer"):
        return []
    return [
        checks.Warning(
            "CHANNEL_LAYERS uses InMemoryChannelLayer: sockets hear at once only of what their own process does.",
            hint="Use channels_redis.pubsub.RedisPubSubChannelLayer wherever more than one process works, Celery's "
            "and commands included.",
            id=LAYER_IN_MEMORY,
        )
    ]


@checks.register("chat_api")
def check_images(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warn of MIME types in ACCEPTED_IMAGE_MIME that no image is stored as."""
    unknown = sorted(listed_images() - FORMATS.keys())
    if not unknown:
        return []
    return [
        checks.Warning(
            f"ACCEPTED_IMAGE_MIME lists {', '.join(unknown)}, which are refused all the same.",
            hint=f"Images are encoded again, and can be stored as {', '.join(sorted(FORMATS))}.",
            id=UNKNOWN_IMAGES,
        )
    ]


@checks.register("chat_api")
def check_pages(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warn of lists that answer 400 to a request without a limit."""
    if api_settings.PAGE_SIZE is not None:
        return []
    refusing = [key for key in DEFAULTS if key.startswith("PAGINATION_") and _needs_limit(key)]
    if not refusing:
        return []
    return [
        checks.Warning(
            "REST_FRAMEWORK has no PAGE_SIZE: lists without a `limit` are 400 'Incorrect offset or limit.' "
            f"({', '.join(refusing)}).",
            hint="Set PAGE_SIZE in REST_FRAMEWORK, or send `limit` with every request.",
            id=LISTS_NEED_LIMIT,
        )
    ]


def _needs_limit(key: str) -> bool:
    try:
        getattr(chat_settings, key)().paginate_queryset([], Request(HttpRequest()))
    except APIException as refusal:
        return bool(refusal.status_code == status.HTTP_400_BAD_REQUEST)
    except Exception:  # noqa: BLE001  (a class that cannot be imported, or needs more than this, is not judged here)
        return False
    return False
