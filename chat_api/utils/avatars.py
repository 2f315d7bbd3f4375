"""The default image of users without an avatar."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any, Final

from django.apps import apps
from django.conf import settings
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
    base: Any = settings.STATIC_URL
    if not base or not apps.is_installed("django.contrib.staticfiles"):
        return AVATAR_INLINE
    # All that the URL depends on; a list of members needs it up to a thousand times.
    storage, written = str(settings.STORAGES.get("staticfiles")), settings._wrapped.STATIC_URL  # noqa: SLF001
    return _static_url(str(base), storage, bool(settings.DEBUG), written, get_script_prefix())


@lru_cache(maxsize=100)
def _static_url(base: str, storage: str, debug: bool, written: str, prefix: str) -> str:
    try:
        url = str(static(AVATAR_PATH))
    except ValueError:
        # The storage has a manifest, and `collectstatic` has not run since this file was added.
        url = base + AVATAR_PATH
    except Exception:
        # A failing storage of the host must not hide the users.
        logger.exception("The storage of static files has no URL for %s", AVATAR_PATH)
        url = base + AVATAR_PATH
    return under_prefix(url, "STATIC_URL")
