"""Filters and ordering of lists, derived from the columns; invalid values are errors of their query parameters.

A view gets them from its decorator, and names the default order of its rows::

    @autofiltered
    class MessagesView(ChatAPIView):
        serializer_class = MessageSerializer
        queryset = Message.objects.none()
        ordering = ("id",)
        # also_filtered = ("name",)

Every field of its serializer that is an indexed column, or is named by `also_filtered`, is a query parameter as in
drf-tweaks' `autofilter`: `field`, `field__gt`, `field__in` and so on, and a name in `ordering`. The fields come from
the serializer's `Meta` at the first request: creating serializers at import would read the host's settings then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeVar

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from chat_api.lib.rest.filter_values import IN_MAX, ORDER_MAX, Kind, kind_of, read_list, read_switch

V = TypeVar("V", bound=type)

ORDERING: Final = "ordering"

#: Lookups that compare with one value, and their descriptions.
_COMPARING: Final = {
    "exact": "Equal to this.",
    "gt": "Greater than this.",
    "gte": "This or greater.",
    "lt": "Less than this.",
    "lte": "This or less.",
}
_OF_TEXTS: Final = {
    "icontains": "Contains this, ignoring case.",
    "istartswith": "Starts with this, ignoring case.",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """One query parameter: Django's `filter()` gets `lookup`, with the value as `read` parses it."""

    lookup: str
    read: Callable[[str], Any]
    schema: Mapping[str, Any]
    description: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Filters and orderings of a view's rows; `ignored` are the fields without an index."""

    filters: Mapping[str, Filter]
    ordering: Mapping[str, str]
    ignored: frozenset[str]


def autofiltered(view_class: V) -> V:
    """Set filters and orderings of the view class, in place of the host's default ones."""
    view_class.filter_backends = [ColumnFilters, TotalOrdering]  # type: ignore[attr-defined]
    return view_class


def columns_of(view: Any) -> Columns:
    """Return the filters and orderings of the view's rows: its own `columns`, or those of its serializer."""
    own: Columns | None = getattr(view, "columns", None)
    if own is not None:
        return own
    return _columns(view.serializer_class, tuple(getattr(view, "also_filtered", ())))


def orderings_of(view: Any) -> Mapping[str, str]:
    """Return the orderings of the view's rows: columns, and the view's `extra_orderings` where it has some."""
    return {**columns_of(view).ordering, **getattr(view, "extra_orderings", {})}


@lru_cache(maxsize=100)
def _columns(serializer_class: Any, extra: tuple[str, ...]) -> Columns:
    meta = serializer_class.Meta
    columns = {column.name: column for column in meta.model._meta.concrete_fields}
    shown = {name: columns[name] for name in meta.fields if name in columns}
    usable = {
        name: (column, kind)
        for name, column in shown.items()
        if (column.db_index or column.unique or name in extra) and (kind := kind_of(column)) is not None
    }
    filters: dict[str, Filter] = {}
    for name, (column, kind) in usable.items():
        filters.update(_filters(name, column.attname, kind))
    return Columns(
        filters=filters,
        ordering={name: column.attname for name, (column, _) in usable.items()},
        ignored=frozenset(meta.fields) - usable.keys(),
    )


def _filters(name: str, attname: str, kind: Kind) -> dict[str, Filter]:
    many = {"type": "array", "items": kind.schema, "maxItems": IN_MAX}
    found = {
        lookup: Filter(f"{attname}__{lookup}", kind.read, kind.schema, text)
        for lookup, text in {**_COMPARING, **(_OF_TEXTS if kind.is_text else {})}.items()
    }
    found["exact"] = Filter(attname, kind.read_exact, kind.schema, _COMPARING["exact"])
    found["in"] = Filter(f"{attname}__in", read_list(kind.read), many, "Any of these, separated by commas.")
    found["isnull"] = Filter(
        f"{attname}__isnull", read_switch, {"type": "boolean"}, "Whether the value is null."
    )
    return {name if lookup == "exact" else f"{name}__{lookup}": made for lookup, made in found.items()}


class ColumnFilters(BaseFilterBackend):
    """Keeps the rows that match every filter of the request; empty values are ignored."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Return the matching rows. Raises `ValidationError` with the errors of all filters and of the ordering."""
        known = columns_of(view).filters
        errors: dict[str, list[str]] = {}
        wanted: dict[str, Any] = {}
        for name in request.query_params:
            raw = request.query_params[name]
            if name not in known or not raw:
                continue
            try:
                wanted[known[name].lookup] = known[name].read(raw)
            except DjangoValidationError as error:
                errors[name] = error.messages
        errors.update(_ordering_errors(request, view))
        if errors:
            raise ValidationError(errors)
        return self.matching(queryset, wanted, request=request, view=view)

    def matching(
        self, rows: QuerySet[Any], wanted: Mapping[str, Any], *, request: Request, view: Any
    ) -> QuerySet[Any]:
        """Return the rows that match; `wanted` has the parsed values by the lookups of the filters."""
        return rows.filter(**wanted) if wanted else rows

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the filters."""
        return [
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": made.description,
                "schema": dict(made.schema),
                **({"explode": False, "style": "form"} if made.schema["type"] == "array" else {}),
            }
            for name, made in columns_of(view).filters.items()
        ]


class TotalOrdering(BaseFilterBackend):
    """Sorts the rows by the requested order, or the view's own; ids, or its `tie_breaker`, decide between equal rows.

    Fields without an index are ignored, as in 0.8.8. `ColumnFilters` rejects names that are not fields at all.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Return the rows in order."""
        columns = orderings_of(view)
        asked = dict.fromkeys(_asked_order(request))
        found = [
            f"{'-' if name.startswith('-') else ''}{columns[name.removeprefix('-')]}"
            for name in asked
            if name.removeprefix("-") in columns
        ]
        order = found or list(getattr(view, "ordering", ()))
        tie = getattr(view, "tie_breaker", "id")
        if not {tie, f"-{tie}"} & set(order):
            order.append(f"-{tie}" if getattr(view, "extra_orderings", {}) else tie)
        return queryset.order_by(*order)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the orderings."""
        names = [name for column in orderings_of(view) for name in (column, f"-{column}")]
        return [
            {
                "name": ORDERING,
                "in": "query",
                "required": False,
                "description": "Fields to sort by, the most important first; a minus sign reverses the order.",
                "schema": {"type": "array", "items": {"type": "string", "enum": names}},
                "explode": False,
                "style": "form",
            }
        ]


def _asked_order(request: Request) -> list[str]:
    raw = request.query_params.get(ORDERING, "").split(",", ORDER_MAX)
    return [name.strip() for name in raw[:ORDER_MAX] if name.strip()]


def _ordering_errors(request: Request, view: Any) -> dict[str, list[str]]:
    orderings, ignored = orderings_of(view), columns_of(view).ignored
    names = [name.removeprefix("-") for name in _asked_order(request)]
    unknown = [name for name in names if name not in orderings and name not in ignored]
    if not unknown:
        return {}
    possible = ", ".join(orderings)
    return {ORDERING: [f"Cannot order by {unknown[0][:50]!r}. Choose one of: {possible}."]}
