"""Every operation and every message has an example, and each example is valid by the document it is in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator

from chat_api.chat.api.asyncapi import asyncapi_document
from chat_api.lib.rest import examples
from chat_api.lib.rest.fields import UserKeyField
from tests.docs.packaged_examples import packaged
from tests.openapi.schemas import problems, validator

#: The documents do not depend on the database.
pytestmark = pytest.mark.sqlite_only

Document = dict[str, Any]

_JSON: Final = "application/json"
#: Operations without JSON in their response: files and pages, and those that return nothing (204).
NO_RESPONSE: Final = {
    "attachments_item_file_retrieve",
    "attachments_message_file_retrieve",
    "attachments_question_file_retrieve",
    "notifications_unsubscribe_create",
    "notifications_unsubscribe_retrieve",
    "push_devices_destroy",
    "surveys_destroy",
    "surveys_groups_instances_destroy",
    "surveys_items_attachments_destroy",
    "surveys_items_destroy",
    "threads_departure_destroy",
    "threads_destroy",
    "threads_messages_attachments_destroy",
    "threads_messages_destroy",
    "threads_read_create",
    "threads_users_destroy",
    "threads_ws_subscribe_create",
}
#: Operations of POST, PUT and PATCH that have no body. (OpenAPI 3.0 describes none for DELETE.)
NO_REQUEST: Final = {
    "notifications_unsubscribe_create",
    "surveys_groups_instances_create",
    "surveys_partial_update",
    "surveys_submit_create",
    "surveys_update",
    "threads_ws_subscribe_create",
    "ws_ticket_create",
}


@dataclass(frozen=True)
class Shown:
    """An example in the document, the schema of its place, and which properties that place does not have."""

    operation: str
    name: str
    part: str
    value: Any
    schema: Document

    @property
    def hidden(self) -> str:
        return "readOnly" if self.part == "request" else "writeOnly"


def document() -> Document:
    generator: Any = SchemaGenerator(patterns=[path("v1/", include("chat_api.api_urls"))])
    made: Document = generator.get_schema(request=None, public=True)
    return made


def operations(whole: Document) -> Iterator[Document]:
    for methods in whole["paths"].values():
        yield from methods.values()


def bodies(operation: Document) -> Iterator[tuple[str, Document]]:
    """Yield ``request`` or the status, and how its JSON is described."""
    request = operation.get("requestBody", {}).get("content", {})
    parts = {"request": request} | {
        status: response.get("content", {}) for status, response in operation["responses"].items()
    }
    for part, content in parts.items():
        if _JSON in content:
            yield part, content[_JSON]


def shown(whole: Document) -> Iterator[Shown]:
    for operation in operations(whole):
        name = operation["operationId"]
        for part, described in bodies(operation):
            for key, example in described.get("examples", {}).items():
                yield Shown(name, key, part, example["value"], described["schema"])
        for parameter in operation.get("parameters", ()):
            if "example" in parameter:
                yield Shown(name, parameter["name"], "parameter", parameter["example"], parameter["schema"])


def wrong(whole: Document) -> dict[str, list[str]]:
    """Return the problems of the examples that are not valid by their own schema."""
    components = whole["components"]["schemas"]
    found = {}
    for example in shown(whole):
        check = validator(example.schema, components, hidden=example.hidden)
        found[f"{example.operation} {example.part} {example.name}"] = problems(check, example.value)
    return {place: lines for place, lines in found.items() if lines}


@pytest.fixture(scope="module")
def whole() -> Document:
    return document()


def test_every_operation_has_an_example_of_its_response(whole: Document) -> None:
    without = {
        operation["operationId"]
        for operation in operations(whole)
        if not any(part.startswith("2") and "examples" in body for part, body in bodies(operation))
    }
    assert without == NO_RESPONSE
    for operation in operations(whole):
        declared = {part for part, _ in bodies(operation) if part.startswith("2")}
        assert bool(declared) != (operation["operationId"] in NO_RESPONSE), operation["operationId"]


def test_every_operation_with_a_body_has_an_example_of_it(whole: Document) -> None:
    requests = {
        operation["operationId"]: body
        for operation in operations(whole)
        for part, body in bodies(operation)
        if part == "request"
    }
    writing = {
        operation["operationId"]
        for methods in whole["paths"].values()
        for method, operation in methods.items()
        if method in ("post", "put", "patch")
    }
    assert writing - requests.keys() == NO_REQUEST
    assert not [name for name, body in requests.items() if "examples" not in body]


def test_every_parameter_of_a_path_has_an_example(whole: Document) -> None:
    for operation in operations(whole):
        for parameter in operation.get("parameters", ()):
            assert parameter["in"] != "path" or "example" in parameter, operation["operationId"]


def test_every_example_is_valid_by_its_own_schema(whole: Document) -> None:
    assert wrong(whole) == {}


def test_every_recorded_example_is_in_the_document(whole: Document) -> None:
    found = {(example.operation, example.name, example.part) for example in shown(whole)}
    for name, entries in packaged("rest").items():
        for entry in entries:
            if "response" in entry:
                assert (name, entry["name"], str(entry["status"])) in found
            if (
                "request" in entry
                and entry["status"] < 400
                and name not in NO_REQUEST | {"push_devices_destroy"}
            ):
                assert (name, entry["name"], "request") in found


def test_examples_have_no_placeholders(whole: Document) -> None:
    for example in shown(whole):
        assert not re.search("…|<token>", str(example.value)), example.operation


def test_example_that_is_not_valid_at_a_host_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        UserKeyField, "openapi_schema", lambda self: {"type": "string", "maxLength": 3}, raising=True
    )
    whole = document()
    assert wrong(whole) == {}
    left = {(example.operation, example.part) for example in shown(whole)}
    assert ("threads_messages_create", "request") in left
    assert ("threads_messages_create", "201") not in left


def test_examples_do_not_depend_on_the_openapi_version_of_the_host(settings: Any) -> None:
    before = {(example.operation, example.part, example.name) for example in shown(document())}
    settings.SPECTACULAR_SETTINGS = {**settings.SPECTACULAR_SETTINGS, "OAS_VERSION": "3.1.1"}
    assert {(example.operation, example.part, example.name) for example in shown(document())} == before


def test_examples_are_read_when_a_document_is_generated() -> None:
    examples._recorded.cache_clear()
    assert examples._recorded.cache_info().currsize == 0
    document()
    assert examples._recorded.cache_info().currsize == 1


def messages() -> tuple[Document, Document]:
    made = asyncapi_document(address="/ws/chat")
    return made["components"]["messages"], made["components"]["schemas"]


def test_every_message_of_the_socket_has_its_examples() -> None:
    found, _ = messages()
    assert {key: [example["name"] for example in message["examples"]] for key, message in found.items()} == {
        key: [entry["name"] for entry in entries] for key, entries in packaged("socket").items()
    }


def test_every_example_of_a_message_is_valid_by_its_payload() -> None:
    found, schemas = messages()
    for key, message in found.items():
        check = validator(message["payload"], schemas)
        for example in message["examples"]:
            assert problems(check, example["payload"]) == [], key
            assert "…" not in str(example["payload"])
