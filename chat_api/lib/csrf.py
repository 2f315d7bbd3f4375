"""The header that carries the token against forged requests."""

from __future__ import annotations

from django.conf import settings


def csrf_header() -> str:
    """Return the name of the HTTP header, which Django's setting writes as a key of `request.META`."""
    return settings.CSRF_HEADER_NAME.removeprefix("HTTP_").replace("_", "-").title()
