"""Parsers of request bodies that limit their bytes before parsing; only files can make a body larger."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

from django.conf import settings
from django.http import QueryDict, UnreadablePostError
from rest_framework import exceptions, status
from rest_framework.parsers import BaseParser, FormParser, JSONParser

from chat_api.lib.errors import StorageUnavailable
from chat_api.lib.rest.errors import coded
from chat_api.settings import chat_settings

logger: Final = logging.getLogger("chat_api")

#: The field of a body whose base64 text can make it larger than REQUEST_BYTES_MAX.
FILE_KEY: Final = "file_content"
_QUOTED_KEY: Final = f'"{FILE_KEY}"'.encode()
_BEFORE_TEXT: Final = re.compile(rb'\s*+:\s*+"')


class BodyTooLarge(exceptions.APIException):
    """The request's body is larger than REQUEST_BYTES_MAX, or than its files account for."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE

    def __init__(self) -> None:
        self.detail = coded("The request's body is too large.", "REQUEST_TOO_LARGE")


class BoundedJSONParser(BaseParser):
    """Check a body's size, then pass it on to the host's own JSON parser.

    DRF reads the input of a `JSONParser` as `request.body`, which DATA_UPLOAD_MAX_MEMORY_SIZE limits; this class is not
    a `JSONParser`, so that a file in base64 can be larger.
    """

    def __init__(self, inner: JSONParser) -> None:
        self._inner = inner
        self.media_type = inner.media_type

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the parsed body. Raises `BodyTooLarge`, before anything is decoded."""
        most = request_bytes_max()
        content = stream.read(most + 1)
        if len(content) > most:
            limit = body_limit_of((parser_context or {}).get("view"))
            content += stream.read(limit + 1 - len(content))
            if len(content) > limit or len(content) - bytes_of_files(content) > most:
                raise BodyTooLarge
        return self._inner.parse(BytesIO(content), media_type, parser_context)


class BoundedFormParser(BaseParser):
    """Pass a body on to a parser of the host's, and check the size of the fields other than files.

    Bytes that are invalid in the body's charset are rejected. DRF checks that only in JSON, and in some of Python's
    charsets most bytes are invalid.
    """

    def __init__(self, inner: BaseParser) -> None:
        self._inner = inner
        self.media_type = inner.media_type

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the parsed body. Raises `ParseError`, `BodyTooLarge`.

        Raises `StorageUnavailable` where a temporary file cannot be written because the disk is full.
        """
        if isinstance(self._inner, FormParser):
            content = stream.read(request_bytes_max() + 1)
            if len(content) > request_bytes_max():
                raise BodyTooLarge
            stream = BytesIO(content)
        try:
            parsed = self._inner.parse(stream, media_type, parser_context)
        except UnicodeError as error:
            raise exceptions.ParseError("The body is not in the charset that it names.") from error
        except UnreadablePostError:
            # The client has disconnected.
            raise
        except OSError as error:
            logger.exception("An uploaded file could not be stored temporarily")
            # Django leaves the file that it was writing open.
            for handler in getattr((parser_context or {}).get("request"), "upload_handlers", ()):
                if getattr(handler, "file", None) is not None:
                    handler.file.close()
            raise StorageUnavailable from error
        fields = getattr(parsed, "data", parsed)
        if isinstance(fields, QueryDict) and _size_of(fields) > request_bytes_max():
            raise BodyTooLarge
        return parsed


#: Limited parsers of DRF's own classes.
KNOWN_PARSERS: Final[dict[type[BaseParser], BaseParser]] = {}


def bounded_parser(kind: type[BaseParser]) -> BaseParser:
    """Return a limited parser of the host's class. Those of DRF's own keep nothing of a request, so one is enough."""
    inner = kind()
    parser = BoundedJSONParser(inner) if isinstance(inner, JSONParser) else BoundedFormParser(inner)
    if kind.__module__ == JSONParser.__module__:
        KNOWN_PARSERS[kind] = parser
    return parser


def exceeds_limit(length: str, view: Any) -> bool:
    """Return whether a body of that length, the value of a header, is larger than the view accepts."""
    try:
        size = int(length)
    except ValueError:
        # As in Django, an invalid number counts as none.
        return False
    return size > request_bytes_max() and size > body_limit_of(view)


def request_bytes_max() -> int:
    """Return the maximum bytes of a body without its files: REQUEST_BYTES_MAX, or the host's own lower limit."""
    most: int = chat_settings.REQUEST_BYTES_MAX
    host: int | None = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return most if host is None else min(most, host)


def body_limit_of(view: Any) -> int:
    """Return the maximum bytes of the body of a request to the view, including files."""
    most = request_bytes_max()
    return most if view is None else int(view.body_limit(most))


def bytes_of_files(content: bytes) -> int:
    """Return how many bytes of a JSON body are the texts of its `file_content` keys.

    The body is searched, not parsed: base64 has no quotes, so the next quote ends the text. Inside other texts the
    quotes of the key are escaped, so it is not found there.
    """
    found, start = 0, 0
    while (position := content.find(_QUOTED_KEY, start)) >= 0:
        start = position + len(_QUOTED_KEY)
        opening = _BEFORE_TEXT.match(content, start)
        if opening is None:
            continue
        begin, end = opening.end(), content.find(b'"', opening.end())
        if end < 0:
            break
        start = end
        if content[end - 1 : end] != b"\\":
            found += end - begin
    return found


def _size_of(fields: QueryDict) -> int:
    """Return a lower bound of the bytes of a form's fields; those that hold files in base64 do not count."""
    return sum(
        len(name) + sum(map(len, values)) for name, values in fields.lists() if not name.endswith(FILE_KEY)
    )
