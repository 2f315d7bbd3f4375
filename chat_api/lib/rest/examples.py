"""Examples in the OpenAPI and AsyncAPI documents: requests, responses and frames that the library's tests recorded.

They are in `chat_api/examples`, and loaded when a document is generated. Where a host's settings change an object so
that an example is not valid any more, the document of that host leaves the example out.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from importlib import resources
from typing import Any, Final

from chat_api.lib.rest.json_schemas import as_json_schema, reached
from chat_api.lib.rest.url_converters import user_key_schema

Schema = dict[str, Any]
Example = dict[str, Any]

_JSON: Final = "application/json"
#: Keys of the objects of users, and of other objects, whose value is a user's key.
_USERS: Final = frozenset({"user_data", "users_data", "sender_data"})
_USER_KEYS: Final = frozenset({"assigned_to", "automated_sender", "sender", "user", "user_id"})
_FAILED: Final = 400


@cache
def _recorded(kind: str) -> dict[str, list[Example]]:
    file = resources.files("chat_api").joinpath("examples", f"{kind}.json")
    examples: dict[str, list[Example]] = json.loads(file.read_text(encoding="utf-8"))
    return examples


def add_examples(operation: dict[str, Any], components: Mapping[str, Schema]) -> None:
    """Add the examples of the operation to its parameters, its request and its responses, where these are JSON."""
    for example in _of_this_host("rest", operation["operationId"]):
        if example["status"] < _FAILED:
            request = operation.get("requestBody", {}).get("content", {})
            _add_to(request, "request", example, components, hidden="readOnly")
            _add_to_parameters(operation.get("parameters", ()), example["parameters"])
        response = operation["responses"].get(str(example["status"]), {}).get("content", {})
        _add_to(response, "response", example, components, hidden="writeOnly")


def frame_examples(name: str, payload: Schema, components: Mapping[str, Schema]) -> list[Example]:
    """Return the examples of a message of the AsyncAPI document that are valid by the schema of its payload."""
    return [
        {"name": example["name"], "summary": example["summary"], "payload": example["payload"]}
        for example in _of_this_host("socket", name)
        if is_valid(example["payload"], payload, components)
    ]


def is_valid(value: Any, schema: Schema, components: Mapping[str, Schema], *, hidden: str = "") -> bool:
    """Return whether the value is valid by the schema, without the properties that have the keyword `hidden`."""
    from jsonschema import Draft202012Validator

    parts = {name: as_json_schema(components[name], hidden=hidden) for name in reached(components, [schema])}
    whole = {**as_json_schema(schema, hidden=hidden), "components": {"schemas": parts}}
    return Draft202012Validator(whole).is_valid(value)


def _add_to(
    content: dict[str, Any], part: str, example: Example, components: Mapping[str, Schema], *, hidden: str
) -> None:
    for media_type, described in content.items():
        is_json = media_type.partition(";")[0] == _JSON
        if (
            is_json
            and part in example
            and is_valid(example[part], described["schema"], components, hidden=hidden)
        ):
            shown = {"summary": example["summary"], "value": example[part]}
            described.setdefault("examples", {})[example["name"]] = shown


def _add_to_parameters(parameters: Any, values: Mapping[str, Any]) -> None:
    for parameter in parameters:
        if parameter["name"] in values and "example" not in parameter:
            schema = parameter["schema"]
            parse = _PARSERS.get(str(schema.get("type")), str)
            with suppress(ValueError):
                value = parse(str(values[parameter["name"]]))
                if is_valid(value, schema, {}):
                    parameter["example"] = value


#: How the value of a parameter in a path or query is read, by the type of its schema.
_PARSERS: Final[dict[Any, Callable[[str], Any]]] = {
    "integer": int,
    "boolean": lambda text: text == "true",
    "array": lambda text: text.split(","),
}


def _of_this_host(kind: str, name: str) -> Iterator[Example]:
    """Yield the examples; the keys of their users have the type of the host's user model."""
    key = user_key_schema()
    for example in _recorded(kind).get(name, ()):
        if key["type"] == "integer":
            yield example
        else:
            yield _with_user_keys(example, _as_uuid if key.get("format") == "uuid" else str)


def _as_uuid(number: int) -> str:
    return str(uuid.UUID(int=number))


def _with_user_keys(value: Any, convert: Callable[[int], str], *, is_user: bool = False) -> Any:
    if isinstance(value, list):
        return [_with_user_keys(item, convert, is_user=is_user) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: convert(item)
        if isinstance(item, int) and (name in _USER_KEYS or (is_user and name == "id"))
        else _with_user_keys(item, convert, is_user=name in _USERS)
        for name, item in value.items()
    }
