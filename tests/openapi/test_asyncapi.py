"""The AsyncAPI document is complete and consistent, and the command writes it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml
from django.core.management import CommandError, call_command
from jsonschema import Draft7Validator

from chat_api.chat.api.asyncapi import asyncapi_document
from chat_api.realtime.socket.codes import MEANINGS, CloseCode, ErrorCode
from chat_api.realtime.socket.commands import COMMANDS, Call, command, object_of

#: Names that AsyncAPI 3.0 allows.
NAME = re.compile(r"^[A-Za-z0-9._-]+$")


def written(*args: str) -> str:
    out = StringIO()
    call_command("asyncapi", *args, stdout=out)
    return out.getvalue()


def document() -> Any:
    return asyncapi_document(address="/ws/chat")


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def test_both_formats_are_the_same_document() -> None:
    assert yaml.safe_load(written()) == json.loads(written("--format", "json")) == document()


def test_document_is_written_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "socket.yaml"
    assert written("-o", str(path)) == ""
    assert path.read_text(encoding="utf-8") == written()
    with pytest.raises(CommandError, match="No such file"):
        written("--output", str(tmp_path / "nowhere" / "socket.yaml"))


def test_document_has_the_structure_of_asyncapi_3() -> None:
    whole = document()
    assert whole["asyncapi"] == "3.0.0"
    assert whole.keys() == {"asyncapi", "info", "defaultContentType", "channels", "operations", "components"}
    assert whole["info"].keys() >= {"title", "version"}
    (channel,) = whole["channels"].values()
    assert channel["address"] == "/ws/chat"
    for operation in whole["operations"].values():
        assert operation["action"] in ("send", "receive")
        assert operation["channel"] == {"$ref": "#/channels/chat"}
        # An operation refers to messages of its channel, never to components.
        names = [
            reference["$ref"].removeprefix("#/channels/chat/messages/") for reference in operation["messages"]
        ]
        assert set(names) <= channel["messages"].keys()
    sent = [name for operation in whole["operations"].values() for name in operation["messages"]]
    assert len(sent) == len(channel["messages"]) == len(whole["components"]["messages"])
    for kind in ("messages", "schemas"):
        assert all(NAME.match(name) for name in whole["components"][kind])


def test_every_reference_resolves() -> None:
    whole = document()
    for reference in references(whole):
        found = whole
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        assert found


def test_payloads_are_json_schemas() -> None:
    whole = document()
    payloads = [message["payload"] for message in whole["components"]["messages"].values()]
    for schema in [*payloads, *whole["components"]["schemas"].values()]:
        Draft7Validator.check_schema(schema)
    assert "nullable" not in written()


def test_document_does_not_depend_on_the_openapi_version_of_the_host(settings: Any) -> None:
    before = document()["components"]["messages"]
    settings.SPECTACULAR_SETTINGS = {**settings.SPECTACULAR_SETTINGS, "OAS_VERSION": "3.1.1"}
    assert document()["components"]["messages"].keys() == before.keys()


def test_every_code_is_explained() -> None:
    assert MEANINGS.keys() == {*CloseCode, *ErrorCode}
    whole = written()
    assert all(code.value in whole for code in ErrorCode)
    (channel,) = document()["channels"].values()
    assert [entry["code"] for entry in channel["x-close-codes"]] == [int(code) for code in CloseCode]


def test_commands_of_the_host_are_described() -> None:
    with mock.patch.dict(COMMANDS):

        @command("clinic/call nurse", data=object_of(room={"type": "string"}))
        def call_nurse(call: Call) -> None:
            """Call a nurse into the room.

            More of it.
            """

        @command("clinic.bare")
        def bare(call: Call) -> None: ...

        messages = document()["components"]["messages"]
    nurse = messages["command.clinic_call_nurse"]
    assert (nurse["name"], nurse["summary"]) == ("clinic/call nurse", "Call a nurse into the room.")
    assert nurse["payload"]["properties"]["data"] == object_of(room={"type": "string"})
    assert nurse["payload"]["required"] == ["message", "data"]
    assert messages["command.clinic.bare"]["payload"]["required"] == ["message"]
