"""Field selection: the fields of an object that a client requests by `fields` and `include_fields`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

_KEYS: Final = ("fields", "include_fields")


@dataclass(frozen=True, slots=True)
class Selection:
    """The fields that a client selects at one level: `only` these (empty: all), and `include` those on demand."""

    only: frozenset[str] = frozenset()
    include: frozenset[str] = frozenset()

    @staticmethod
    def of_request(context: Mapping[str, Any]) -> Selection:
        """Read the selection from a serializer's context: its own keys first, then the request's query."""
        query = getattr(context.get("request"), "query_params", {})
        only, include = (context[key] if key in context else query.get(key) for key in _KEYS)
        return _parsed(_text(only), _text(include)) if only or include else EVERYTHING

    def wants(self, name: str, on_demand: frozenset[str] = frozenset()) -> bool:
        """Return whether the field is selected, by its name or by the name of a field inside it."""
        if self.only:
            return self._names(self.only, name)
        return name not in on_demand or self._names(self.include, name)

    def of(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return the selected keys of a document with their whole values."""
        if not self.only:
            return document
        return {name: value for name, value in document.items() if self.wants(name)}

    def inside(self, name: str) -> Selection:
        """Return the selection of the fields inside the field."""
        if not (self.only or self.include):
            return self
        start = f"{name}__"
        return Selection(
            frozenset(item[len(start) :] for item in self.only if item.startswith(start)),
            frozenset(item[len(start) :] for item in self.include if item.startswith(start)),
        )

    def cut_to(self, limit: Collection[str]) -> Selection:
        """Return the selection restricted to the names in `limit`, which can be nested like those of a selection."""
        if not self.only:
            return Selection(frozenset(limit), self.include)
        both = {
            longer
            for wanted in self.only
            for allowed in limit
            for longer, shorter in ((wanted, allowed), (allowed, wanted))
            if longer == shorter or longer.startswith(f"{shorter}__")
        }
        return Selection(frozenset(both), self.include)

    @staticmethod
    def _names(names: frozenset[str], name: str) -> bool:
        return name in names or any(item.startswith(f"{name}__") for item in names)


#: Everything except fields that are shown only on demand.
EVERYTHING: Final = Selection()


def _text(names: Any) -> str:
    return names if isinstance(names, str) else ",".join(names or ())


@lru_cache(maxsize=500)
def _parsed(only: str, include: str) -> Selection:
    def names(text: str) -> frozenset[str]:
        return frozenset(name.strip() for name in text.split(",") if name.strip())

    return Selection(names(only), names(include))


def cut(document: Any, selection: Selection) -> Any:
    """Return the selected parts of a document, or of each document in a list, at every level."""
    if not selection.only:
        return document
    if isinstance(document, list):
        return [cut(item, selection) for item in document]
    if not isinstance(document, dict):
        return document
    return {
        name: cut(value, selection.inside(name)) for name, value in document.items() if selection.wants(name)
    }
