"""The AsyncAPI document of the socket: commands, events, errors and close codes, generated from the code.

The components of the OpenAPI document describe the data of events.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from django.urls import path
from drf_spectacular.generators import SchemaGenerator

from chat_api import __version__
from chat_api.chat.api.events import ThreadEventsView
from chat_api.chat.delivery import socket_commands
from chat_api.chat.serializers.events import HISTORY
from chat_api.lib.named_account import ACCOUNT
from chat_api.lib.rest.examples import frame_examples
from chat_api.lib.rest.json_schemas import as_json_schema, reached
from chat_api.lib.rest.url_converters import ID
from chat_api.realtime.event_source import Outcome
from chat_api.realtime.socket.codes import MEANINGS, CloseCode, ErrorCode
from chat_api.realtime.socket.commands import COMMANDS, number_schema, object_of

Document = dict[str, Any]

CHANNEL: Final = "chat"
_COMPONENT: Final = "#/components/schemas/"
_NOT_IN_A_KEY: Final = re.compile(r"[^A-Za-z0-9._-]")
_THREAD: Final = number_schema("The id of a thread.")


def asyncapi_document(*, address: str) -> Document:
    """Return the document, in the shape of AsyncAPI 3.0; `address` is the path of the socket."""
    components = _components()
    commands = {_key("command", name): message for name, message in _commands()}
    events = {_key("event", name): message for name, message in _events(components)}
    for key, message in (*commands.items(), *events.items()):
        examples = frame_examples(key, message["payload"], components)
        message |= {"examples": examples} if examples else {}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "The socket of chat_api",
            "version": __version__,
            "description": "One socket carries the events of all of a user's threads to them, and commands from them."
            " Every frame, both ways, is a JSON object with `message`, its name, and `data`.",
        },
        "defaultContentType": "application/json",
        "channels": {CHANNEL: _channel(address, [*commands, *events])},
        "operations": {
            "receiveCommands": _operation("receive", "Frames that clients send.", commands),
            "sendEvents": _operation("send", "Frames that clients receive.", events),
        },
        "components": {"messages": {**commands, **events}, "schemas": components},
    }


def _key(kind: str, name: str) -> str:
    return f"{kind}.{_NOT_IN_A_KEY.sub('_', name)}"


def _components() -> dict[str, Document]:
    """Return the components of the endpoint of a thread's history: it shows the same frames."""
    pattern = path(f"threads/<{ID}:thread_id>/events", ThreadEventsView.as_view())
    generator: Any = SchemaGenerator
    document = generator(patterns=[pattern]).get_schema(request=None, public=True)
    found = document["components"]["schemas"]
    wanted = [
        {"$ref": _COMPONENT + serializer.__name__.removesuffix("Serializer")}
        for serializer in HISTORY.values()
    ]
    return {name: as_json_schema(found[name]) for name in reached(found, wanted)}


def _channel(address: str, keys: list[str]) -> Document:
    query = {
        "ticket": {"type": "string", "description": "A ticket of POST `ws-ticket`, in place of a session."},
        ACCOUNT: {
            "type": "string",
            "description": "The id of the user that the client acts for; the socket of another user is closed with"
            f" {CloseCode.NOT_SIGNED_IN:d}.",
        },
    }
    return {
        "address": address,
        "description": "Pages connect from WS_ALLOWED_ORIGINS; the user is that of the session or of the ticket.",
        "messages": {key: {"$ref": f"#/components/messages/{key}"} for key in keys},
        "bindings": {
            "ws": {
                "method": "GET",
                "query": {"type": "object", "properties": query},
                "bindingVersion": "0.1.0",
            }
        },
        "x-close-codes": [{"code": int(code), "description": MEANINGS[code]} for code in CloseCode],
    }


def _operation(action: str, summary: str, messages: dict[str, Document]) -> Document:
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": f"#/channels/{CHANNEL}"},
        "messages": [{"$ref": f"#/channels/{CHANNEL}/messages/{key}"} for key in messages],
    }


def _message(name: str, summary: str, payload: Document) -> Document:
    return {"name": name, "summary": summary, "payload": payload}


def _frame(name: str, data: Any, *, needs_data: bool = True) -> Document:
    return {
        "type": "object",
        "properties": {"message": {"const": name}, "data": data},
        "required": ["message", "data"] if needs_data else ["message"],
    }


def _commands() -> Iterator[tuple[str, Document]]:
    for name, command in COMMANDS.items():
        summary = (command.handler.__doc__ or name).strip().splitlines()[0]
        needs_data = bool(command.data.get("required"))
        yield name, _message(name, summary, _frame(name, dict(command.data), needs_data=needs_data))


def _events(components: dict[str, Document]) -> Iterator[tuple[str, Document]]:
    for name, serializer in HISTORY.items():
        component = serializer.__name__.removesuffix("Serializer")
        summary = str(components[component].get("description", name)).splitlines()[0]
        yield name, _message(name, summary, {"$ref": _COMPONENT + component})
    sender: Any = components["PublishedMessage"]["properties"]["sender_data"]
    for name, summary, data in (
        ("heartbeat", "The user's threads with the number of their last event.", _HEADS),
        ("catch_up", "The outcome of catching up with a thread.", _ENDED),
        ("thread_left", "The user is no longer in the thread.", object_of(thread=_THREAD)),
        ("thread_someone_is_writing", "Somebody else is writing.", object_of(**_WRITING, sender_data=sender)),
        ("pong", "The response to `ping`, with the same data.", {}),
        ("error", "A command failed and changed nothing.", _ERROR),
    ):
        yield name, _message(name, summary, _frame(name, data))


_HEADS: Final = object_of(
    threads={
        "type": "object",
        "description": "By the id of a thread, the `seq` of its last event.",
        "propertyNames": {"pattern": "^[0-9]+$"},
        "additionalProperties": {"type": "integer", "minimum": 0},
    }
)
_ENDED: Final = object_of(
    thread=_THREAD,
    outcome={
        "enum": [outcome.value for outcome in Outcome],
        "description": "`resync`: nothing was sent, load the thread again.",
    },
    head=number_schema("The `seq` of the thread's last event."),
)
_WRITING: Final = {
    "thread": _THREAD,
    "length": number_schema("How long to show it, in milliseconds.", most=socket_commands.WRITING_LENGTH_MAX),
}
_ERROR: Final = {
    "type": "object",
    "properties": {
        "code": {
            "description": "\n".join(f"* `{code.value}`: {MEANINGS[code]}" for code in ErrorCode)
            + "\n\nCommands of the host may have codes of their own.",
            "anyOf": [{"enum": [code.value for code in ErrorCode]}, {"type": "string"}],
        },
        "command": {
            "type": ["string", "null"],
            "description": "The command's name; null where there is none.",
        },
        "field": {"type": "string", "description": "The key that is missing or wrong."},
        "thread": number_schema("The thread that cannot be caught up with, as it was asked for.", most=None),
        "retry_after": {"type": "integer", "description": "Seconds."},
    },
    "required": ["code", "command"],
}
