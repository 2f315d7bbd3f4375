"""Reading bodies: JSON that may be larger than Django's own limit, forms in whatever charset they name."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.conf import settings
from rest_framework import exceptions, status
from rest_framework.parsers import BaseParser, JSONParser


class BodyTooLarge(exceptions.APIException):
    """The request's body is larger than the host takes."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The request's body is too large."
    default_code = "too_large"


class BoundedJSONParser(BaseParser):
    """Hands a body of at most the view's limit on to a parser of the host's.

    DRF reads what a `JSONParser` gets as `request.body`, which is bounded by DATA_UPLOAD_MAX_MEMORY_SIZE alone; this
    is none, so that a file in base64 can be larger.
    """

    def __init__(self, inner: JSONParser) -> None:
        self._inner = inner
        self.media_type = inner.media_type

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Give the parsed body. Raises `BodyTooLarge`."""
        limit = body_limit_of((parser_context or {}).get("view"))
        content = stream.read() if limit is None else stream.read(limit + 1)
        if limit is not None and len(content) > limit:
            raise BodyTooLarge
        return self._inner.parse(BytesIO(content), media_type, parser_context)


class DecodingParser(BaseParser):
    """Hands a body on to a parser of the host's; one that the charset it names cannot read is refused.

    DRF looks after that in JSON alone, and Python knows charsets that most bytes are none of.
    """

    def __init__(self, inner: BaseParser) -> None:
        self._inner = inner
        self.media_type = inner.media_type

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Give the parsed body. Raises `ParseError`."""
        try:
            return self._inner.parse(stream, media_type, parser_context)
        except UnicodeError as error:
            raise exceptions.ParseError("The body is not in the charset that it names.") from error


def body_limit_of(view: Any) -> int | None:
    """Give how many bytes a body of a request to the view may have; None: any number, as the host wants it."""
    host_limit: int | None = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return None if host_limit is None else view.body_limit(host_limit)
