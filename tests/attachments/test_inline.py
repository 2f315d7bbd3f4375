"""Attachments in the body of a message: all are stored, or none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chat_api.chat.models import Attachment, Message
from tests.attachments.conftest import PLAIN, VIDEO, Place, message_place
from tests.chat.conftest import client_of as chat_client_of
from tests.factories import MemberFactory, UserFactory, published_schema

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _types(chat: Any) -> None:
    chat(TYPES_CUSTOM_ATTACHMENTS=PLAIN, ATTACHMENT_REFERENCE_MODELS=("auth.User",))


@pytest.fixture
def path(message: Place) -> str:
    """The path of the messages of Alice's thread."""
    return message.path.rsplit("/", 2)[0]


def post(message: Place, path: str, attachments: Any, **body: Any) -> Any:
    data = json.dumps({"text": "hi", "attachments": attachments, **body})
    return message.client.post(path, data, content_type="application/json")


def test_message_shows_its_attachments_in_the_order_sent(message: Place, path: str, user_type: int) -> None:
    sent = [
        {"type": "plain", "title": "p"},
        {"type": "youtube", "url": VIDEO},
        {"type": "object_reference", "object_id": message.owner.pk, "content_type": user_type},
    ]
    made = post(message, path, sent)
    assert made.status_code == 201, made.content
    shown = made.json()
    assert [row["type"] for row in shown["attachments_data"]] == ["plain", "youtube", "object_reference"]
    assert {row["message"] for row in shown["attachments_data"]} == {shown["id"]}
    assert shown["attachments_data"][1]["src"] == VIDEO
    assert shown["attachments_data"][2]["content_type_name"] == "user"
    assert shown["has_attachments"] is True
    assert shown["thread_data"]["last_message_data"]["attachments_data"] == shown["attachments_data"]
    for again in (
        message.client.get(f"{path}/{shown['id']}").json(),
        message.client.get(f"{path}?limit=5&ordering=-id").json()["results"][0],
    ):
        assert again["attachments_data"] == shown["attachments_data"]
    assert message.client.get(f"{path}/{shown['id']}/attachments").json() == shown["attachments_data"]


def test_message_without_attachments_has_none(message: Place, path: str) -> None:
    made = post(message, path, []).json()
    assert (made["attachments_data"], made["has_attachments"]) == ([], False)


@pytest.mark.parametrize(
    ("attachments", "errors"),
    [
        ([{}], [{"type": ["This field is required."]}]),
        ([{"type": "plain"}, {"type": "youtube"}], [{}, {"url": ["REQUIRED"]}]),
        ([{"type": "youtube", "url": "http://y/1", "title": "v"}], [{"url": ["INCORRECT_URL"]}]),
        ([{"type": "image", "file_content": "aGk="}], [{"non_field_errors": ["INCORRECT_TYPE"]}]),
        ({"type": "plain"}, {"non_field_errors": ['Expected a list of items but got type "dict".']}),
        ("x", {"non_field_errors": ['Expected a list of items but got type "str".']}),
        (["x"], [{"non_field_errors": ["Invalid data. Expected a dictionary, but got str."]}]),
        ([None, []], [{"non_field_errors": [...]}, {"non_field_errors": [...]}]),
        (None, ["This field may not be null."]),
        ([{"type": "plain"}] * 21, {"non_field_errors": ["Ensure this field has no more than 20 elements."]}),
        (
            [{"type": "object_reference", "object_id": 10**40, "content_type": 10**40}, {"type": "plain"}],
            [{"content_type": [f'Invalid pk "{10**40}" - object does not exist.']}, {}],
        ),
        (
            [{"type": "object_reference", "object_id": {}, "content_type": []}],
            [{"object_id": [...], "content_type": ["Incorrect type. Expected pk value, received list."]}],
        ),
    ],
)
def test_bad_attachment_refuses_the_whole_message(
    message: Place, path: str, attachments: Any, errors: Any
) -> None:
    refused = post(message, path, attachments)
    assert refused.status_code == 400
    reported = refused.json()
    assert list(reported) == ["attachments"]
    assert without_texts(reported["attachments"], errors) == errors
    assert Message.objects.count() == 1
    assert not Attachment.objects.exists()


def without_texts(reported: Any, expected: Any) -> Any:
    """Return the errors with `...` in place of texts that the expectation leaves open."""
    if isinstance(expected, dict) and isinstance(reported, dict):
        return {key: without_texts(value, expected.get(key)) for key, value in reported.items()}
    if expected == [...] and reported:
        return expected
    if isinstance(expected, list) and isinstance(reported, list) and len(reported) == len(expected):
        return [without_texts(one, other) for one, other in zip(reported, expected, strict=True)]
    return reported


def test_error_list_of_attachments_ignores_non_field_errors_key(
    message: Place, path: str, settings: Any
) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NON_FIELD_ERRORS_KEY": "general"}
    refused = post(message, path, [{"type": "plain"}, {"type": "youtube"}])
    assert refused.json() == {"attachments": [{}, {"url": ["REQUIRED"]}]}


def test_errors_of_message_and_attachments_are_reported_together(message: Place, path: str) -> None:
    refused = post(message, path, [{"type": "plain"}, {}], type="automated_message", answers=["x"])
    assert refused.status_code == 400
    assert set(refused.json()) == {"type", "answers", "attachments"}


def test_answer_to_a_script_can_have_attachments_and_is_refused_with_them(chat: Any, alice: Any) -> None:
    schema = published_schema([{"type": "int", "text": "How many?"}, {"type": "text", "text": "Why?"}])
    client = chat_client_of(alice)
    made = client.post(
        f"/api/accounts/{alice.pk}/threads/chat", {"schema": schema.pk, "state": "scripted"}, format="json"
    ).json()
    path = f"/api/threads/{made['id']}/messages"
    bad = client.post(path, {"text": "many", "attachments": [{"type": "plain"}]}, format="json")
    assert (bad.status_code, bad.json()) == (400, {"text": ["WRONG_VALUE"]})
    assert not Attachment.objects.exists()
    good = client.post(path, {"text": "3", "attachments": [{"type": "plain"}]}, format="json").json()
    assert [row["type"] for row in good["attachments_data"]] == ["plain"]
    assert Attachment.objects.get().message_id == good["id"]


def test_pre_save_runs_once_and_only_for_stored_messages(message: Place, path: str, chat: Any) -> None:
    stored: list[str] = []

    def store(validated_data: dict[str, Any]) -> dict[str, Any]:
        stored.append(validated_data["title"])
        return validated_data

    chat(CUSTOM_ATTACHMENTS_PRE_SAVE={"plain": store})
    post(
        message, path, [{"type": "plain", "title": "a"}, {"type": "plain", "title": 7.5, "options": "\ud800"}]
    )
    post(message, path, [{"type": "plain", "title": "b"}], question=999_999)
    post(message, path, [{"type": "plain", "title": "c"}], answers=[999_999])
    assert stored == []
    assert post(message, path, [{"type": "plain", "title": "d"}]).status_code == 201
    assert stored == ["d"]


def test_errors_of_pre_save_refuse_the_message_in_the_same_shape(
    message: Place, path: str, chat: Any
) -> None:
    chat(CUSTOM_ATTACHMENTS_PRE_SAVE={"plain": "tests.attachments.host.stores_pages"})
    refused = post(
        message, path, [{"type": "youtube", "url": VIDEO}, {"type": "plain", "file_content": "broken"}]
    )
    assert refused.status_code == 400
    assert not Attachment.objects.exists()
    assert refused.json() == {"attachments": [{}, {"file_content": ["BROKEN"]}]}


def test_form_fields_of_attachments_are_numbered(message: Place, path: str) -> None:
    form = {
        "text": "hi",
        "attachments[0]type": "youtube",
        "attachments[0]url": VIDEO,
        "attachments[1]type": "plain",
    }
    made = message.client.post(path, form, format="multipart")
    assert [row["type"] for row in made.json()["attachments_data"]] == ["youtube", "plain"]


def test_repeated_message_keeps_its_attachments(message: Place, path: str) -> None:
    client_id = "0b1f4c3e-1f3b-4b0e-9a53-0a4dbd3b4f11"
    first = post(message, path, [{"type": "plain"}], client_id=client_id)
    again = post(message, path, [{"type": "youtube"}], client_id=client_id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["attachments_data"] == first.json()["attachments_data"]
    assert Attachment.objects.count() == 1


def test_only_requested_fields_of_attachments_are_shown(message: Place, path: str) -> None:
    post(message, path, [{"type": "plain", "title": "p"}])
    listed = message.client.get(f"{path}?limit=1&ordering=-id&fields=attachments_data__title,text").json()
    assert listed["results"] == [{"text": "hi", "attachments_data": [{"title": "p"}]}]


def test_attachments_of_two_messages_are_separate(alice: Any, bob: Any) -> None:
    first, second = message_place(alice, bob), message_place(alice, bob)
    MemberFactory(thread=second.holder.thread, user=UserFactory())
    made = first.attach(type="plain")
    assert second.client.get(second.path).json() == []
    assert first.client.get(first.path).json() == [made]
