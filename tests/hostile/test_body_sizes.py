"""Bodies and JSON fields have size limits; larger ones are refused at low cost."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from django.test import override_settings
from rest_framework.parsers import JSONParser

from chat_api.chat.models import Attachment, Message
from chat_api.lib.rest.parsers import bytes_of_files
from chat_api.settings import chat_settings
from tests.attachments.conftest import Place, alice, bob, chat, item_place, message, message_place
from tests.attachments.pictures import as_text, picture

__all__ = ["alice", "bob", "chat", "message"]

pytestmark = pytest.mark.django_db

BODY_TOO_LARGE = {"detail": "The request's body is too large.", "code": "REQUEST_TOO_LARGE"}


def messages_of(place: Place) -> str:
    return place.path.rsplit("/", 2)[0]


@pytest.mark.parametrize(
    "body",
    [
        {"text": "x", "meta": "m" * 12_000_000},
        {"text": "x", "meta": {"a": ["m" * 1_000_000] * 12}},
        {"text": "x", "meta": {"file_content": "m" * 12_000_000}},
        {"text": "x" * 12_000_000},
        {"text": "x", "attachments": [{"type": "image", "options": {"a": "m" * 12_000_000}}]},
        {"text": "x", "answers": [1] * 4_000_000},
    ],
    ids=["a text", "a list", "under the key of files", "the message's text", "options", "answers"],
)
def test_body_of_twelve_megabytes_without_a_file_is_refused_at_low_cost(
    message: Place, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = json.dumps(body).encode()
    path = messages_of(message)
    parsed: list[Any] = []
    parse = JSONParser.parse

    def noted(self: JSONParser, *args: Any, **kwargs: Any) -> Any:
        parsed.append(parse(self, *args, **kwargs))
        return parsed[-1]

    monkeypatch.setattr(JSONParser, "parse", noted)
    response = message.client.post(path, sent, content_type="application/json")
    if "file_content" in str(body.get("meta"))[:20]:
        assert (response.status_code, response.json()) == (400, {"meta": ["TOO_LARGE"]})
    else:
        assert (response.status_code, response.json()) == (413, BODY_TOO_LARGE)
        assert not parsed
    assert Message.objects.count() == 1


@pytest.mark.parametrize("escape", [False, True], ids=["as it is", "with escaped slashes"])
def test_only_files_can_exceed_the_body_limit(message: Place, chat: Any, escape: bool) -> None:
    chat(REQUEST_BYTES_MAX=2000)
    content = picture("PNG", (90, 90)) + b"\xff" * 30_000
    body = {"text": "x", "attachments": [{"type": "image", "file_content": as_text(content)}]}
    sent = json.dumps(body)
    if escape:
        sent = sent.replace("/", "\\/")
    path = messages_of(message)
    taken = message.client.post(path, sent, content_type="application/json")
    assert taken.status_code == 201, taken.content
    for more in ({"meta": "m" * 2000}, {"meta": '"file_content": "' + "m" * 2000 + '"'}):
        refused = message.client.post(path, {**body, **more}, format="json")
        assert (refused.status_code, refused.json()) == (413, BODY_TOO_LARGE)
    assert Attachment.objects.count() == 1


def test_body_limit_applies_to_endpoints_without_files(message: Place, chat: Any) -> None:
    chat(REQUEST_BYTES_MAX=2000)
    thread = messages_of(message).rsplit("/", 1)[0]
    for path, body in (
        (thread, {"title": "t", "file_content": "A" * 3000}),
        (f"{thread}/read", {"messages": [1] * 3000}),
        ("/api/push-devices", {"endpoint": "e" * 3000}),
    ):
        call = message.client.patch if path == thread else message.client.post
        response = call(path, body, format="json")
        assert (response.status_code, response.json()) == (413, BODY_TOO_LARGE)


@pytest.mark.parametrize("form", ["multipart", "urlencoded"])
def test_body_limit_applies_to_form_fields(message: Place, chat: Any, form: str) -> None:
    chat(REQUEST_BYTES_MAX=2000)
    path = messages_of(message)
    fields = {"text": "t" * 1500, "meta": json.dumps("m" * 1500)}
    if form == "multipart":
        response = message.client.post(path, fields, format="multipart")
    else:
        sent = f"text={fields['text']}&meta={fields['meta']}"
        response = message.client.post(path, sent, content_type="application/x-www-form-urlencoded")
    assert (response.status_code, response.json()) == (413, BODY_TOO_LARGE)
    with_file = {"text": "x", "attachments[0]type": "image"}
    with_file["attachments[0]file_content"] = b64encode(picture("PNG", (90, 90)) + b"\xff" * 3000).decode()
    assert message.client.post(path, with_file, format="multipart").status_code == 201


def test_lower_limit_of_chat_api_and_django_applies(message: Place, chat: Any) -> None:
    path, body = messages_of(message), {"text": "x" * 1500}
    for ours, djangos, code in ((1000, None, 413), (2000, 1000, 413), (2000, None, 201), (1000, 2000, 413)):
        chat(REQUEST_BYTES_MAX=ours)
        with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=djangos):
            assert message.client.post(path, body, format="json").status_code == code


JSON_VALUES: dict[str, tuple[Any, Any]] = {
    "a text": ("m" * 98, "m" * 99),
    "a text of many bytes": ("é" * 49, "é" * 50),
    "many small values": ([1] * 49, [1] * 50),
    "long names": ({"n" * 94: 1}, {"n" * 95: 1}),
}


@pytest.mark.parametrize("name", JSON_VALUES)
@pytest.mark.parametrize("kind", ["message", "item"])
def test_json_fields_are_limited_in_encoded_bytes(
    alice: Any, bob: Any, chat: Any, name: str, kind: str
) -> None:
    chat(JSON_BYTES_MAX=100)
    fits, too_large = JSON_VALUES[name]
    place = message_place(alice, bob) if kind == "message" else item_place(alice)
    video = {"type": "youtube", "url": "https://youtu.be/dQw4w9WgXcQ"}
    made = place.attach(**video, options=fits)
    refused = place.post(**video, options=too_large)
    assert (refused.status_code, refused.json()) == (400, {"options": ["TOO_LARGE"]})
    changed = place.client.patch(f"{place.path}/{made['id']}", {"options": too_large}, format="json")
    assert (changed.status_code, changed.json()) == (400, {"options": ["TOO_LARGE"]})
    assert place.client.get(f"{place.path}/{made['id']}").json()["options"] == fits
    form = {**video, "options": json.dumps(too_large)}
    assert place.client.post(place.path, form, format="multipart").json() == {"options": ["TOO_LARGE"]}
    for options, code in (("[" + " " * 900 + "]", 400), (json.dumps(fits), 201)):
        response = place.client.post(place.path, {**form, "options": options}, format="multipart")
        assert response.status_code == code, response.content


def test_meta_is_limited_at_creation_and_change_of_a_message(message: Place) -> None:
    most = chat_settings.JSON_BYTES_MAX
    path, too_large = messages_of(message), {"meta": {"a": "m" * most}}
    refused = message.client.post(path, {"text": "x", **too_large}, format="json")
    assert (refused.status_code, refused.json()) == (400, {"meta": ["TOO_LARGE"]})
    one = f"{path}/{message.holder.pk}"
    assert message.client.patch(one, too_large, format="json").json() == {"meta": ["TOO_LARGE"]}
    inline = {"text": "x", "attachments": [{"type": "youtube", "options": "m" * most}]}
    errors = message.client.post(path, inline, format="json").json()
    assert errors["attachments"] == [{"options": ["TOO_LARGE"], "url": ["REQUIRED"]}]
    fits = {"meta": {"a": "m" * (most - len('{"a":""}'))}}
    assert message.client.patch(one, fits, format="json").status_code == 200
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (rb'{"file_content":"AAAA"}', 4),
        (rb'{"file_content" : "AA\/A", "x": [{"file_content": "B"}]}', 6),
        (rb'{"text": "\"file_content\": \"AAAA\""}', 0),
        (rb'{"file_content": 1, "x": "file_content"}', 0),
        (rb'{"file_content": "AAAA', 0),
        (rb'"file_content"', 0),
        (rb'{"file_content": "A\"A", "b": "BBBB"}', 0),
        (b"", 0),
    ],
)
def test_size_of_files_in_a_body_is_found_without_parsing(body: bytes, found: int) -> None:
    assert bytes_of_files(body) == found
