"""Pagination without counts: drf-tweaks' class with a maximum, and a correct description of its responses."""

from __future__ import annotations

from typing import Any

from drf_tweaks.pagination import NoCountsLimitOffsetPagination
from rest_framework.request import Request
from rest_framework.settings import api_settings

from chat_api.settings import chat_settings

#: Past this offset a database would need minutes for one page.
OFFSET_MAX = 10_000_000


class NoCountsPagination(NoCountsLimitOffsetPagination):
    """Limit and offset, no counts; `next` is a link whenever the page is full. Limits above PAGE_SIZE_MAX are cut."""

    @property
    def default_limit(self) -> int | None:  # type: ignore[override]
        """Return the host's current PAGE_SIZE; DRF's own class keeps the value at import."""
        size: int | None = api_settings.PAGE_SIZE
        return size

    def get_limit(self, request: Request) -> int | None:
        """Return the page's size: the request's limit, else the host's PAGE_SIZE, at most PAGE_SIZE_MAX."""
        limit: int | None = super().get_limit(request)
        most: int = chat_settings.PAGE_SIZE_MAX
        return None if limit is None else min(limit, most)

    def get_offset(self, request: Request) -> int:
        """Return the offset; it can be negative, which shortens the page."""
        offset: int = super().get_offset(request)
        return max(-OFFSET_MAX, min(offset, OFFSET_MAX))

    def hold(self, rows: list[Any], *, request: Request, limit: int) -> None:
        """Use `rows`, which were loaded elsewhere, as the first page with this `limit`."""
        self.request, self.results = request, rows
        self.limit = self.effective_limit = limit
        self.offset = 0

    def end_after(self, rows: int) -> None:
        """End the page after that many rows, because of their size; `next` continues with the row after them."""
        self.results = self.results[:rows]
        self.effective_limit = rows

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the response: there is no `count`."""
        link = {"type": "string", "nullable": True, "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }


class NoCountsWhenLimitedPagination(NoCountsPagination):
    """Pages when the request has a `limit`, a plain list when it has none."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        """Return the page, or None for a plain list."""
        if self.limit_query_param not in request.query_params:
            return None
        return super().paginate_queryset(queryset, request, view)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the response: a plain list, or a page of it when `limit` is given."""
        return {"oneOf": [schema, super().get_paginated_response_schema(schema)]}
