"""Schemas of OpenAPI 3.0 as JSON Schema, which AsyncAPI and validators read."""

from __future__ import annotations

from typing import Any, Final

#: Keys of a schema whose values are schemas, lists of them, or maps to them.
_ONE: Final = ("items", "additionalProperties", "not")
_MANY: Final = ("allOf", "oneOf", "anyOf")
_BY_NAME: Final = "properties"


def as_json_schema(schema: Any) -> Any:
    """Return the schema as JSON Schema: `nullable` becomes the type null. Schemas of OpenAPI 3.1 need no change."""
    if not isinstance(schema, dict):
        return schema
    made = {key: value for key, value in schema.items() if key not in ("nullable", "example")}
    for key in _ONE:
        if key in made:
            made[key] = as_json_schema(made[key])
    for key in _MANY:
        if key in made:
            made[key] = [as_json_schema(part) for part in made[key]]
    if _BY_NAME in made:
        made[_BY_NAME] = {name: as_json_schema(part) for name, part in made[_BY_NAME].items()}
    restricts = made.keys() & {"type", "enum", "$ref", *_MANY}
    return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") and restricts else made
