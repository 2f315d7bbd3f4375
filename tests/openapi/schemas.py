"""Schemas of the document as validators of JSON Schema: stricter than the document where it leaves things open."""

from __future__ import annotations

from typing import Any, Final, Protocol

import jsonschema_rs

Schema = dict[str, Any]


class Validator(Protocol):
    """What `jsonschema_rs` makes of a schema."""

    def iter_errors(self, instance: Any) -> Any: ...


def validator(schema: Schema, components: Schema, *, partial: bool = False, closed: bool = True) -> Validator:
    """Return a validator of answers by the schema.

    A key that the schema does not name fails (unless not `closed`), as does one that is only ever sent. With `partial`
    no key is required: so are answers to a request that selects keys.
    """
    whole = {
        **_strict(schema, partial=partial, closed=closed),
        "components": {
            "schemas": {
                name: _strict(part, partial=partial, closed=closed) for name, part in components.items()
            }
        },
    }
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def problems(check: Validator, value: Any) -> list[str]:
    """Return the errors of the value, each with the place where it is."""
    return [line for error in check.iter_errors(value) for line in _lines(error)]


def _lines(error: Any) -> list[str]:
    # Of alternatives the one is told that comes nearest: null, which most of them allow, says nothing.
    nested = [part for alternative in getattr(error.kind, "context", ()) for part in alternative]
    deeper = [part for part in nested if len(part.instance_path) > len(error.instance_path)]
    if deeper:
        return [line for part in deeper for line in _lines(part)]
    place = "/".join(str(part) for part in error.instance_path) or "(whole)"
    return [f"{place}: {error.message[:300]}"]


#: Keys of a schema whose values are schemas, lists of them, or maps to them.
_ONE: Final = ("items", "additionalProperties", "not")
_MANY: Final = ("allOf", "oneOf", "anyOf", "prefixItems")


def _strict(schema: Any, *, partial: bool, closed: bool) -> Any:
    if not isinstance(schema, dict):
        return schema
    made = {key: value for key, value in schema.items() if key not in ("nullable", "example", "examples")}
    for key in _ONE:
        if isinstance(made.get(key), dict):
            made[key] = _strict(made[key], partial=partial, closed=closed)
    for key in _MANY:
        if key in made:
            made[key] = [_strict(part, partial=partial, closed=closed) for part in made[key]]
    if "properties" in made:
        shown = {name: part for name, part in made["properties"].items() if not part.get("writeOnly")}
        made["properties"] = {
            name: _strict(part, partial=partial, closed=closed) for name, part in shown.items()
        }
        made["required"] = [] if partial else [name for name in made.get("required", ()) if name in shown]
        if closed:
            made.setdefault("additionalProperties", False)
    return _or_null(made) if schema.get("nullable") else made


def _or_null(schema: Schema) -> Schema:
    """Return the schema, or null: what OpenAPI 3.0 says by `nullable`."""
    if not schema.keys() & {"type", "enum", "$ref", *_MANY}:
        return schema
    return {"anyOf": [schema, {"type": "null"}]}
