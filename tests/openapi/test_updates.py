"""PUT keeps the values of fields that a request omits, like PATCH, so the document requires none."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator

#: The document does not depend on the database.
pytestmark = pytest.mark.sqlite_only


def required(operation: Any, components: Any) -> set[str]:
    """Return the fields that the body of the operation has to have."""
    body = operation["requestBody"]
    name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    schema = components[name]
    sent = {key for key, value in schema["properties"].items() if not value.get("readOnly")}
    return ({"a body"} if body.get("required") else set()) | sent & set(schema.get("required", ()))


def test_updates_require_no_field() -> None:
    generator = SchemaGenerator(patterns=[path("", include("chat_api.api_urls"))])
    document: Any = generator.get_schema(request=None, public=True)
    found = {
        f"{method} {url}": required(operation, document["components"]["schemas"])
        for url, operations in document["paths"].items()
        for method, operation in operations.items()
        if method in ("put", "patch") and "requestBody" in operation
    }
    assert len(found) > 10
    assert {name: fields for name, fields in found.items() if fields} == {}
