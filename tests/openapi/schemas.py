"""JSON Schema validators for schemas of the document, stricter than the document where it is vague."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Protocol

import jsonschema_rs

Schema = dict[str, Any]


class Validator(Protocol):
    """A validator of `jsonschema_rs`."""

    def iter_errors(self, instance: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class _Strictness:
    """How a schema is read: `hidden` is the keyword of the properties that the other direction has."""

    partial: bool
    closed: bool
    hidden: str


def validator(
    schema: Schema,
    components: Schema,
    *,
    partial: bool = False,
    closed: bool = True,
    hidden: str = "writeOnly",
) -> Validator:
    """Return a validator that checks responses against the schema; requests, if `hidden` is `readOnly`.

    It rejects fields that the schema does not name (if `closed`), and those with the keyword `hidden`. With `partial`,
    no field is required, as in responses to a request with `fields`.
    """
    how = _Strictness(partial, closed, hidden)
    parts = {name: _strict(part, how) for name, part in components.items()}
    whole = {**_strict(schema, how), "components": {"schemas": parts}}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def problems(check: Validator, value: Any) -> list[str]:
    """Return the errors of the value, each with its position."""
    return [line for error in check.iter_errors(value) for line in _lines(error)]


def _lines(error: Any) -> list[str]:
    # Report the closest alternative. An error of null, which most of them allow, says nothing.
    nested = [part for alternative in getattr(error.kind, "context", ()) for part in alternative]
    deeper = [part for part in nested if len(part.instance_path) > len(error.instance_path)]
    if deeper:
        return [line for part in deeper for line in _lines(part)]
    place = "/".join(str(part) for part in error.instance_path) or "(whole)"
    return [f"{place}: {error.message[:300]}"]


#: Keywords whose values are a schema, or a list of schemas.
_ONE: Final = ("items", "additionalProperties", "not")
_MANY: Final = ("allOf", "oneOf", "anyOf", "prefixItems")


def _strict(schema: Any, how: _Strictness) -> Any:
    if not isinstance(schema, dict):
        return schema
    made = {key: value for key, value in schema.items() if key not in ("nullable", "example", "examples")}
    for key in _ONE:
        if isinstance(made.get(key), dict):
            made[key] = _strict(made[key], how)
    for key in _MANY:
        if key in made:
            made[key] = [_strict(part, how) for part in made[key]]
    if "properties" in made:
        shown = {name: part for name, part in made["properties"].items() if not part.get(how.hidden)}
        made["properties"] = {name: _strict(part, how) for name, part in shown.items()}
        made["required"] = [] if how.partial else [name for name in made.get("required", ()) if name in shown]
        if how.closed:
            made.setdefault("additionalProperties", False)
    return _or_null(made) if schema.get("nullable") else made


def _or_null(schema: Schema) -> Schema:
    """Return a schema that also accepts null, as `nullable` of OpenAPI 3.0 does."""
    if not schema.keys() & {"type", "enum", "$ref", *_MANY}:
        return schema
    return {"anyOf": [schema, {"type": "null"}]}
