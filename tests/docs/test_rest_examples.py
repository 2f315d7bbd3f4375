"""Each example of the REST reference is executed: the library returns what the page shows.

``CHAT_API_RECORD_EXAMPLES=1`` writes what the library returns into the files; read the difference before committing.
"""

from __future__ import annotations

import re
import secrets
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from drf_spectacular.generators import SchemaGenerator

from tests.docs.example_files import FOLDER, Example, names_in, paths_of, read, settle
from tests.docs.example_world import HOST, NOW, Clinic, at, fixed_tokens
from tests.docs.packaged_examples import (
    name_of,
    parameters_of,
    settle_names,
    settle_packaged,
    summary_of,
    whole,
)

pytestmark = pytest.mark.django_db

#: Headers that an example shows, where the response has them.
SHOWN_HEADERS = ("Content-Type", "Content-Disposition", "Retry-After", "Chat-Event-Head")
FILES = sorted((FOLDER / "rest").glob("*.json"))


def operation_of(path: Path) -> str:
    return path.name.split(".")[0]


def selects_fields(path: Path) -> bool:
    request = read(path)["request"]
    return bool(request["path"] != whole(request["path"]))


@cache
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
def clinic(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    monkeypatch.setattr(secrets, "token_urlsafe", fixed_tokens())
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
        method, template = known[operation_of(path)]
        request = read(path)["request"]
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
        assert request["method"] == method, path.name
        assert re.fullmatch(pattern, request["path"].partition("?")[0]), path.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_library_returns_what_the_example_shows(clinic: Clinic, path: Path) -> None:
    example = read(path)
    response = shown(carried_out(clinic, example, example["request"]["path"]))
    settle(path, example, "response", response)
    if not selects_fields(path):
        settle_packaged("rest", operation_of(path), packaged_entry(clinic, path, example, response))


def test_package_has_the_examples_of_the_reference() -> None:
    settle_names(
        "rest", {name: {name_of(path) for path in paths_of("rest", name)} for name in names_in("rest")}
    )


@pytest.mark.parametrize("path", [path for path in FILES if selects_fields(path)], ids=lambda path: path.stem)
def test_package_has_the_whole_response(clinic: Clinic, path: Path) -> None:
    example = read(path)
    response = shown(carried_out(clinic, example, whole(example["request"]["path"])))
    settle_packaged("rest", operation_of(path), packaged_entry(clinic, path, example, response))


def packaged_entry(clinic: Clinic, path: Path, example: Example, response: dict[str, Any]) -> Example:
    """Return the example as the package has it."""
    request = example["request"]
    template = operations()[operation_of(path)][1]
    with at(NOW):
        sent_to = clinic.filled_in(request["path"])
    entry = {
        "name": name_of(path),
        "summary": summary_of(example),
        "parameters": parameters_of(sent_to, template),
        "status": response["status"],
    }
    parts = {"request": request, "response": response}
    return {**entry, **{part: shown["body"] for part, shown in parts.items() if "body" in shown}}


def carried_out(clinic: Clinic, example: Example, path: str) -> Any:
    """Return the response to the request of the example, sent to that path."""
    request = example["request"]
    body = {"data": request["body"], "format": "json"} if "body" in request else {}
    with at(NOW):
        call = getattr(clinic.client(example["user"]), request["method"].lower())
        return call(clinic.filled_in(path), **body)


def shown(response: Any) -> dict[str, Any]:
    """Return what an example shows of the response; a file has no body there."""
    got: dict[str, Any] = {"status": response.status_code}
    got["headers"] = {name: response[name] for name in SHOWN_HEADERS if name in response}
    if response.streaming or not response.content:
        return got
    is_json = response["Content-Type"] == "application/json"
    return {**got, **({"body": response.json()} if is_json else {"text": response.content.decode()})}
