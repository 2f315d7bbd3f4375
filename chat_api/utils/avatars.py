"""The image of users who have none of their own."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.templatetags.static import static

from chat_api.lib.url_prefix import under_prefix

#: Where the static file lies.
AVATAR_PATH: Final = "chat_api/avatar.svg"

#: The same image without a request, for hosts that serve no static files.
AVATAR_INLINE: Final = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 2'%3E"
    "%3Ccircle cx='1' cy='1' r='1' fill='%23bbb'/%3E%3C/svg%3E"
)


def default_avatar() -> str:
    """Return the URL of a grey disc: of a static file of ours, or, where the host serves none, the image itself."""
    base: Any = settings.STATIC_URL
    if not base or not apps.is_installed("django.contrib.staticfiles"):
        return AVATAR_INLINE
    url = _static_url(str(base), str(settings.STORAGES.get("staticfiles")), bool(settings.DEBUG))
    return under_prefix(url, "STATIC_URL")


@lru_cache(maxsize=16)
def _static_url(base: str, storage: str, debug: bool) -> str:
    """Return the file's URL under these settings; a list of members asks for it a thousand times."""
    try:
        return str(static(AVATAR_PATH))
    except ValueError:
        # The storage names files by a manifest, and `collectstatic` has not run since this file came.
        return base + AVATAR_PATH
