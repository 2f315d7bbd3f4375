"""0.8.8's middleware, which hosts may still name in MIDDLEWARE."""

from __future__ import annotations

import warnings
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase


class LocalThreadingRequestMiddleware:
    """Does nothing: no part of the library needs the current request any more."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        warnings.warn(
            "chat_api.utils.middlewares.LocalThreadingRequestMiddleware does nothing any more: "
            "remove it from MIDDLEWARE.",
            DeprecationWarning,
            stacklevel=2,
        )
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)
