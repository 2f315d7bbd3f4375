"""`.ci/check_asyncapi.py`: what it does without Node.js, and that it reports what @asyncapi/parser finds."""

import copy
import json
import re
from types import ModuleType
from typing import Any

import pytest

from chat_api.chat.api.asyncapi import asyncapi_document


@pytest.fixture
def document() -> Any:
    return copy.deepcopy(asyncapi_document(address="/ws/chat"))


@pytest.fixture
def installed(check_asyncapi: ModuleType) -> None:
    if not check_asyncapi.is_installed():
        pytest.skip("@asyncapi/parser is installed by: make lint-asyncapi")


def test_without_node_the_check_is_skipped(
    check_asyncapi: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check_asyncapi, "which", lambda program: None)
    monkeypatch.delenv("CHAT_API_REQUIRE_SERVICES", raising=False)
    assert check_asyncapi.main("{}") == 0
    assert capsys.readouterr().err == "The AsyncAPI check is skipped: it needs node and npm.\n"


def test_without_node_the_check_fails_where_services_are_required(
    check_asyncapi: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check_asyncapi, "which", lambda program: None if program == "node" else program)
    monkeypatch.setenv("CHAT_API_REQUIRE_SERVICES", "1")
    assert check_asyncapi.main("{}") == 1
    assert capsys.readouterr().err.startswith("The AsyncAPI check is required by ")


def test_without_a_document_the_check_fails(check_asyncapi: ModuleType) -> None:
    with pytest.raises(json.JSONDecodeError):
        check_asyncapi.main("")


def test_parser_is_pinned_and_its_registry_is_not_named(check_asyncapi: ModuleType) -> None:
    (version,) = json.loads((check_asyncapi.FOLDER / "package.json").read_text())["dependencies"].values()
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    packages = json.loads(check_asyncapi.LOCK.read_text())["packages"]
    assert packages["node_modules/@asyncapi/parser"]["version"] == version
    assert not [name for name, package in packages.items() if "resolved" in package]


@pytest.mark.usefixtures("installed")
def test_valid_document_passes(check_asyncapi: ModuleType, document: Any) -> None:
    assert check_asyncapi.main(json.dumps(document)) == 0


@pytest.mark.usefixtures("installed")
def test_invalid_document_is_reported(
    check_asyncapi: ModuleType, document: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    document["operations"]["sendEvents"]["action"] = "shout"
    assert check_asyncapi.main(json.dumps(document)) == 1
    assert "error: operations/sendEvents/action: " in capfd.readouterr().err
    assert check_asyncapi.main('{"asyncapi": "9.0.0"}') == 1


@pytest.mark.usefixtures("installed")
def test_allowed_hint_must_occur(
    check_asyncapi: ModuleType, document: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    document["asyncapi"] = "3.1.0"
    assert check_asyncapi.main(json.dumps(document)) == 1
    assert "asyncapi-latest-version is allowed and does not occur" in capfd.readouterr().err
