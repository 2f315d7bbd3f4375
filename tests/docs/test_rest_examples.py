"""Each example of the REST reference is executed: the library returns what the page shows.

``CHAT_API_RECORD_EXAMPLES=1`` writes what the library returns into the files; read the difference before committing.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from drf_spectacular.generators import SchemaGenerator

from tests.docs.example_files import FOLDER, names_in, read, settle
from tests.docs.example_world import HOST, NOW, Clinic, at

pytestmark = pytest.mark.django_db

#: Headers that an example shows, where the response has them.
SHOWN_HEADERS = ("Content-Type", "Content-Disposition", "Retry-After")
FILES = sorted((FOLDER / "rest").glob("*.json"))


def operations() -> dict[str, tuple[str, str]]:
    """Return method and path of each operation of the library, by its id."""
    document: Any = SchemaGenerator().get_schema(request=None, public=True)
    return {
        operation["operationId"]: (method.upper(), path)
        for path, methods in document["paths"].items()
        if path.startswith("/api/")
        for method, operation in methods.items()
        if isinstance(operation, dict) and "operationId" in operation
    }


@pytest.fixture
def clinic(settings: LazySettings) -> Clinic:
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": memory}
    settings.ALLOWED_HOSTS = [HOST]
    settings.CHAT_SETTINGS = {"SURVEYS_ALLOWED_SCHEMA_TYPES": ("survey",)}
    return Clinic.build()


def test_every_operation_has_an_example() -> None:
    served = {name for name, (_, path) in operations().items() if path not in ("/api/schema/", "/api/docs/")}
    assert names_in("rest") == served


def test_examples_are_of_the_operation_that_their_file_names() -> None:
    known = operations()
    for path in FILES:
        method, template = known[path.name.split(".")[0]]
        request = read(path)["request"]
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
        assert request["method"] == method, path.name
        assert re.fullmatch(pattern, request["path"].partition("?")[0]), path.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_library_returns_what_the_example_shows(clinic: Clinic, path: Path) -> None:
    example = read(path)
    request = example["request"]
    body = {"data": request["body"], "format": "json"} if "body" in request else {}
    with at(NOW):
        client = clinic.client(example["user"])
        call = getattr(client, request["method"].lower())
        response = call(clinic.filled_in(request["path"]), **body)
    settle(path, example, "response", shown(response))


def shown(response: Any) -> dict[str, Any]:
    """Return what an example shows of the response; a file has no body there."""
    got: dict[str, Any] = {"status": response.status_code}
    got["headers"] = {name: response[name] for name in SHOWN_HEADERS if name in response}
    if response.streaming or not response.content:
        return got
    is_json = response["Content-Type"] == "application/json"
    return {**got, **({"body": response.json()} if is_json else {"text": response.content.decode()})}
