"""The default image of users without an avatar."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.core.signals import setting_changed
from django.templatetags.static import static
from django.urls import get_script_prefix

from chat_api.lib.url_prefix import under_prefix

logger: Final = logging.getLogger("chat_api")

#: The path of the static file.
AVATAR_PATH: Final = "chat_api/avatar.svg"

#: The same image without a request, for hosts that serve no static files.
AVATAR_INLINE: Final = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 2'%3E"
    "%3Ccircle cx='1' cy='1' r='1' fill='%23bbb'/%3E%3C/svg%3E"
)


def default_avatar() -> str:
    """Return the URL of a grey disc: that of a static file or, if the host serves none, a data URL."""
    return _default_avatar(get_script_prefix())


@lru_cache(maxsize=100)
def _default_avatar(prefix: str) -> str:
    """Return the URL under the prefix of the request; it is kept until a setting changes, as each user needs it."""
    if not settings.STATIC_URL or not apps.is_installed("django.contrib.staticfiles"):
        return AVATAR_INLINE
    try:
        url = str(static(AVATAR_PATH))
    except ValueError:
        # The storage has a manifest, and `collectstatic` has not run since this file was added.
        url = f"{settings.STATIC_URL}{AVATAR_PATH}"
    except Exception:
        # A failing storage of the host must not hide the users.
        logger.exception("The storage of static files has no URL for %s", AVATAR_PATH)
        url = f"{settings.STATIC_URL}{AVATAR_PATH}"
    return under_prefix(url, "STATIC_URL")


def _forget_default_avatar(**kwargs: Any) -> None:
    _default_avatar.cache_clear()


setting_changed.connect(_forget_default_avatar)
