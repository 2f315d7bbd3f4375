"""The middleware of 0.8.8, which hosts may still have in MIDDLEWARE."""

from __future__ import annotations

import warnings
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase


class LocalThreadingRequestMiddleware:
    """Passes requests on: nothing in this package needs the current request any more."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        warnings.warn(
            "chat_api.utils.middlewares.LocalThreadingRequestMiddleware has no effect. "
            "Remove it from MIDDLEWARE.",
            DeprecationWarning,
            stacklevel=2,
        )
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the response of the next middleware."""
        return self.get_response(request)
