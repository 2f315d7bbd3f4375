"""JSON of responses and frames, by orjson where it is installed: the same values as DRF's encoder, faster.

Values that orjson rejects (texts and numbers beyond its range), or might write differently, use Python's encoder.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from math import isfinite
from typing import Any, Final

from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

try:
    import orjson
except ImportError:
    orjson = None  # type: ignore[assignment]

_SCALARS: Final = frozenset({str, int, bool, type(None)})
#: Allowed in JSON, but not in JavaScript sources; DRF escapes them.
_ESCAPED: Final = {"\u2028".encode(): rb"\u2028", "\u2029".encode(): rb"\u2029"}


class FastJSONRenderer(JSONRenderer):
    """Renders the same as DRF's own class, with orjson unless DRF's settings change the format."""

    _is_compact = JSONRenderer.compact and JSONRenderer.strict and not JSONRenderer.ensure_ascii

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        """Return the JSON; a text that UTF-8 cannot encode (lone surrogates) is escaped."""
        is_plain = accepted_media_type in (None, self.media_type) and "indent" not in (renderer_context or {})
        if data is not None and is_plain and self._is_compact and self.encoder_class is JSONEncoder:
            body = utf8_json(data)
            if body is not None:
                return body
        try:
            return self._rendered(data, accepted_media_type, renderer_context)
        except UnicodeEncodeError:
            escaping: Any = JSONRenderer()
            escaping.ensure_ascii = True
            return self._rendered(data, accepted_media_type, renderer_context, by=escaping)

    def _rendered(
        self, data: Any, media_type: str | None, context: Any, by: JSONRenderer | None = None
    ) -> bytes:
        body: bytes = JSONRenderer.render(by or self, data, media_type, context)
        return body


def utf8_json(value: Any) -> bytes | None:
    """Return the value as compact JSON in UTF-8, as DRF's renderer writes it; None if orjson cannot do that."""
    if orjson is None:
        return None
    try:
        body = orjson.dumps(value)
    except TypeError:
        return None
    # After orjson, which also rejects values that contain themselves.
    if not _is_plain(value):
        return None
    for character, escape in _ESCAPED.items():
        if character in body:
            body = body.replace(character, escape)
    return body


def ascii_json(value: Any) -> str:
    """Return the value as compact JSON in ASCII, so that its length is its size in bytes."""
    body = utf8_json(value)
    if body is not None and body.isascii():
        return body.decode()
    return json.dumps(value, cls=JSONEncoder, separators=(",", ":"))


def _is_plain(value: Any) -> bool:
    """Return whether the value holds only JSON types: orjson writes NaN as null, and dates in another format."""
    pending: list[Iterable[Any]] = [(value,)]
    while pending:
        for item in pending.pop():
            kind = type(item)
            if kind in _SCALARS:
                continue
            if kind is float:
                if not isfinite(item):
                    return False
            elif kind is list:
                pending.append(item)
            elif isinstance(item, dict):
                pending.append(item.values())
            else:
                return False
    return True
