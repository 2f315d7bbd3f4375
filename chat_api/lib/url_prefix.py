"""The path prefix of the project where there is no request: in sockets, tasks and commands.

Django sets the prefix of `reverse`, and of a `MEDIA_URL` or `STATIC_URL` without a leading slash, for each request. It
caches these two URLs for the whole process when they are first read, so the prefix has to be set before that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import get_script_prefix, set_script_prefix

from chat_api.settings import chat_settings

_NONE: Final = "/"
_ABSOLUTE: Final = ("/", "http://", "https://")


def enter_prefix_of(scope: Mapping[str, Any]) -> None:
    """Set the prefix for the current context and its children, as Django does for a request with that scope."""
    set_script_prefix(settings.FORCE_SCRIPT_NAME or scope.get("root_path") or _NONE)


@contextmanager
def public_prefix() -> Iterator[None]:
    """Set the prefix in the block: FORCE_SCRIPT_NAME, else the path of NOTIFICATION_BASE_URL.

    A prefix that is already set, for example inside a request, is kept.
    """
    before = get_script_prefix()
    if before == _NONE:
        set_script_prefix(settings.FORCE_SCRIPT_NAME or _base_path() or _NONE)
    try:
        yield
    finally:
        set_script_prefix(before)


def url_of_file(file: Any) -> str:
    """Return the URL of a stored file, under the current prefix. Raises any exception of its storage."""
    url = str(file.url)
    is_local = getattr(getattr(file, "storage", None), "base_url", None) == settings.MEDIA_URL
    return under_prefix(url, "MEDIA_URL") if is_local else url


def under_prefix(url: str, setting: str) -> str:
    """Return a URL that starts with MEDIA_URL or STATIC_URL (`setting`), under the current prefix.

    This matters if the setting has no leading slash: Django caches it with the prefix of the first read, and handlers
    of static files read it when they are imported.
    """
    # The setting as the host wrote it, which Django has no public API for.
    written = str(getattr(settings._wrapped, setting) or "")  # noqa: SLF001
    remembered = str(getattr(settings, setting))
    if not written or written.startswith(_ABSOLUTE) or not url.startswith(remembered):
        return url
    return f"{get_script_prefix()}{written}{url.removeprefix(remembered)}"


def public_url(path: str) -> str | None:
    """Return the absolute URL of a path from `reverse`; None without NOTIFICATION_BASE_URL.

    The path of NOTIFICATION_BASE_URL, if it has one, replaces the current prefix.
    """
    base = chat_settings.NOTIFICATION_BASE_URL
    if base is None:
        return None
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(str(base)))
    prefix = _base_path()
    if not prefix:
        return origin + path
    return f"{origin}{prefix}/{path.removeprefix(get_script_prefix()).lstrip('/')}"


def _base_path() -> str:
    return urlsplit(str(chat_settings.NOTIFICATION_BASE_URL or "")).path.rstrip("/")
