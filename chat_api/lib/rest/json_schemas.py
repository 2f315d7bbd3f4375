"""Schemas of OpenAPI 3.0 as JSON Schema, which AsyncAPI and validators read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

#: Keys of a schema whose values are schemas, lists of them, or maps to them.
_ONE: Final = ("items", "additionalProperties", "not")
_MANY: Final = ("allOf", "oneOf", "anyOf")
_BY_NAME: Final = "properties"
_COMPONENT: Final = "#/components/schemas/"


def as_json_schema(schema: Any, *, hidden: str = "") -> Any:
    """Return the schema as JSON Schema: `nullable` becomes the type null. Schemas of OpenAPI 3.1 need no change.

    Properties that have the keyword `hidden` (``readOnly`` in a request, ``writeOnly`` in a response) are left out.
    """
    if not isinstance(schema, dict):
        return schema
    made = {key: value for key, value in schema.items() if key not in ("nullable", "example")}
    for key in _ONE:
        if key in made:
            made[key] = as_json_schema(made[key], hidden=hidden)
    for key in _MANY:
        if key in made:
            made[key] = [as_json_schema(part, hidden=hidden) for part in made[key]]
    if _BY_NAME in made:
        shown = {name: part for name, part in made[_BY_NAME].items() if not part.get(hidden)}
        made[_BY_NAME] = {name: as_json_schema(part, hidden=hidden) for name, part in shown.items()}
        if hidden and "required" in made:
            made["required"] = [name for name in made["required"] if name in shown]
    restricts = made.keys() & {"type", "enum", "$ref", *_MANY}
    return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") and restricts else made


def reached(components: Mapping[str, Any], schemas: Iterable[Any]) -> list[str]:
    """Return the names of all components that the schemas refer to, themselves or by others."""
    found: set[str] = set()
    waiting = list(schemas)
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting.extend(item.values())
            name = str(item.get("$ref", "")).removeprefix(_COMPONENT)
            if name in components and name not in found:
                found.add(name)
                waiting.append(components[name])
        elif isinstance(item, list):
            waiting.extend(item)
    return sorted(found)
