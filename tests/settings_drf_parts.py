"""Classes and functions of the host in `tests.settings_drf`."""

from __future__ import annotations

from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler


class TextRenderer(BaseRenderer):
    """Renders data by `repr`."""

    media_type = "text/plain"
    format = "txt"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        """Return the bytes of the response."""
        return b"" if data is None else repr(data).encode()


class TextParser(BaseParser):
    """Parses a body as one text."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Return the text."""
        return stream.read().decode()


class FirstRenderer(BaseContentNegotiation):
    """Ignores the headers of the client."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        """Return the first parser."""
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        """Return the first renderer."""
        return renderers[0], renderers[0].media_type


def wrapped(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the response of an error inside an envelope."""
    response = exception_handler(error, context)
    if response is not None:
        response.data = {"error": response.data, "view": type(context["view"]).__name__}
    return response


def named(view: Any) -> str:
    """Return the name of a view."""
    return type(view).__name__


def described(view: Any, html: bool = False) -> str:
    """Return the description of a view."""
    return "A view."
