"""Serializers of finished documents: they describe the document and reduce it to the selected fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from chat_api.lib.rest.json_encoding import FastJSONRenderer
from chat_api.lib.rest.selection import Selection, cut


class DocumentMixin:
    """Serializer mixin that returns a finished document instead of an object; its fields only describe it."""

    if TYPE_CHECKING:

        def get_selection(self) -> Selection: ...

    def to_representation(self, instance: Any) -> Any:
        """Return the selected parts of the document; a whole document is not copied."""
        return cut(instance, self.get_selection())


class ReadyResponse(Response):
    """A response whose JSON is ready: `render` returns it for clients that accept plain JSON; others get `data`."""

    def __init__(self, data: Any, *, render: Callable[[], bytes]) -> None:
        super().__init__(data)
        self._render_ready = render

    @property
    def rendered_content(self) -> Any:
        """Return the body."""
        renderer = self.accepted_renderer
        plain = (
            type(renderer) in (JSONRenderer, FastJSONRenderer)
            and self.accepted_media_type == renderer.media_type
        )
        if not plain:
            return super().rendered_content
        self["Content-Type"] = renderer.media_type
        return self._render_ready()
