"""The path under which the project is reached, where no request says it: in sockets, tasks and commands.

Django keeps the prefix of `reverse`, and of `MEDIA_URL` and `STATIC_URL` without a leading slash, for each request. The
two URLs are remembered for the whole process when they are first read, so whoever may be first has to know the prefix.
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
    """Set the prefix, for the current context and what begins in it, as Django does for a request of that scope."""
    set_script_prefix(settings.FORCE_SCRIPT_NAME or scope.get("root_path") or _NONE)


@contextmanager
def public_prefix() -> Iterator[None]:
    """Set the prefix while the block lasts: FORCE_SCRIPT_NAME, else the path of NOTIFICATION_BASE_URL.

    A prefix that is set already, as inside a request, is kept.
    """
    before = get_script_prefix()
    if before == _NONE:
        set_script_prefix(settings.FORCE_SCRIPT_NAME or _base_path() or _NONE)
    try:
        yield
    finally:
        set_script_prefix(before)


def url_of_file(file: Any) -> str:
    """Return the URL of a stored file, under the current prefix. Raises whatever its storage raises."""
    url = str(file.url)
    is_local = getattr(getattr(file, "storage", None), "base_url", None) == settings.MEDIA_URL
    return under_prefix(url, "MEDIA_URL") if is_local else url


def under_prefix(url: str, setting: str) -> str:
    """Return a URL that begins with MEDIA_URL or STATIC_URL (`setting`) with the prefix of now.

    It makes a difference where the setting has no leading slash: Django remembers the prefix of whoever reads it first,
    and handlers of static files do so when they are imported.
    """
    # The setting as the host wrote it: Django has no public way to it.
    written = str(getattr(settings._wrapped, setting) or "")  # noqa: SLF001
    remembered = str(getattr(settings, setting))
    if not written or written.startswith(_ABSOLUTE) or not url.startswith(remembered):
        return url
    return f"{get_script_prefix()}{written}{url.removeprefix(remembered)}"


def public_url(path: str) -> str | None:
    """Return the whole URL of a path that `reverse` returned; None without NOTIFICATION_BASE_URL.

    The path of NOTIFICATION_BASE_URL, if it has one, takes the place of the current prefix.
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
