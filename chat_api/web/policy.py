"""The content security policies of the hosted pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from chat_api.settings import chat_settings

_SELF: Final = "'self'"


def client_policy(request: HttpRequest) -> str:
    """Return the policy of a page with the client: files of this origin, and those of the URLs in the settings."""
    files = [_SELF, *_origins([str(settings.STATIC_URL)])]
    connect = [_SELF, _socket_origin(request), *_origins([str(chat_settings.CLIENT_API_URL or "")])]
    images = [_SELF, "blob:", *_origins([str(settings.STATIC_URL), str(settings.MEDIA_URL)])]
    return _policy(
        ("default-src", ["'none'"]),
        *((name, files) for name in ("script-src", "style-src", "font-src")),
        ("manifest-src", [_SELF]),
        ("worker-src", [_SELF]),
        ("connect-src", connect),
        ("img-src", images),
        ("base-uri", ["'none'"]),
        ("form-action", ["'none'"]),
    )


def print_policy() -> str:
    """Return the policy of a page that has a style sheet and nothing else."""
    return _policy(
        ("default-src", ["'none'"]),
        ("style-src", [_SELF, *_origins([str(settings.STATIC_URL)])]),
        ("base-uri", ["'none'"]),
        ("form-action", ["'none'"]),
    )


def _policy(*directives: tuple[str, Iterable[str]]) -> str:
    return "; ".join(f"{name} {' '.join(dict.fromkeys(sources))}" for name, sources in directives)


def _socket_origin(request: HttpRequest) -> str:
    """Return the origin of the socket, which some browsers do not count as `'self'`."""
    configured = next(iter(_origins([str(chat_settings.CLIENT_SOCKET_URL or "")])), None)
    if configured is not None:
        return configured
    return f"{'wss' if request.is_secure() else 'ws'}://{request.get_host()}"


def _origins(urls: Iterable[str]) -> list[str]:
    """Return the origins of those that are at another one: URLs, as opposed to paths."""
    parts = [urlsplit(url) for url in urls]
    return [f"{part.scheme}://{part.netloc}" for part in parts if part.scheme and part.netloc]
