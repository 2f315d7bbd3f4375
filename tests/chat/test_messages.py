"""Listing, reading, changing and deleting messages; unread messages."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import Message, Thread, UnreadMessage
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, begin, events, set_state, talks
from tests.factories import MemberFactory, published_schema

pytestmark = pytest.mark.django_db

KEYS = {
    "related_question", "updated", "meta", "created", "is_read", "has_attachments", "thread", "sender", "id",
    "text", "type", "sender_data", "attachments_data", "is_own", "predecessor", "client_id",
    "text_format",
}  # fmt: skip


@pytest.fixture
def both(alice: Any, bob: Any) -> list[Talk]:
    return talks(thread_with(alice, bob), alice, bob)


def listed(talk: Talk, query: str = "") -> list[dict[str, Any]]:
    response = talk.client.get(f"{talk.path}/messages?limit=50&{query}")
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["results"]
    return found


def one(talk: Talk, pk: int, query: str = "") -> dict[str, Any]:
    response = talk.client.get(f"{talk.path}/messages/{pk}{query}")
    assert response.status_code == 200, response.content
    shown: dict[str, Any] = response.json()
    return shown


def test_message_has_exactly_these_fields(both: list[Talk]) -> None:
    alice_talk, bob_talk = both
    said = alice_talk.say(text="hi")
    assert set(said) == KEYS | {"answers", "thread_data"}
    assert set(listed(bob_talk)[0]) == KEYS == set(one(bob_talk, said["id"]))
    assert set(bob_talk.thread()["last_message_data"]) == KEYS
    assert (said["thread"], said["sender"], said["is_own"], said["is_read"]) == (
        alice_talk.thread_id,
        alice_talk.user.pk,
        True,
        True,
    )
    assert said["sender_data"]["first_name"] == "Alice"
    assert said["thread_data"] == alice_talk.thread()


def test_read_only_fields_of_a_message_are_ignored(both: list[Talk]) -> None:
    alice_talk, _ = both
    said = alice_talk.say(
        text="x",
        id=77,
        sender=both[1].user.pk,
        thread=999,
        created="2001-01-01T00:00:00Z",
        related_question=1,
        predecessor=1,
        has_attachments=True,
        is_own=False,
        deleted=True,
        asks=True,
    )
    assert (said["sender"], said["thread"], said["related_question"]) == (
        alice_talk.user.pk,
        alice_talk.thread_id,
        None,
    )
    assert (said["has_attachments"], said["is_own"], said["id"] != 77) == (False, True, True)
    assert alice_talk.texts() == ["x"]


def test_listing_marks_the_listed_messages_as_read(both: list[Talk]) -> None:
    alice_talk, bob_talk = both
    for text in "abc":
        alice_talk.say(text=text)
    assert bob_talk.thread()["unread"] == 3
    assert alice_talk.thread()["unread"] == 0
    first = bob_talk.client.get(f"{bob_talk.path}/messages?limit=2").json()["results"]
    assert [message["is_read"] for message in first] == [False, False]
    assert bob_talk.thread()["unread"] == 1
    assert [message["is_read"] for message in listed(bob_talk)] == [True, True, False]
    assert all(message["is_read"] for message in listed(bob_talk))
    assert events(alice_talk.thread_id)[3:] == [
        ("messages_read", {"user": bob_talk.user.pk, "messages": [first[0]["id"], first[1]["id"]]}),
        ("messages_read", {"user": bob_talk.user.pk, "messages": [first[1]["id"] + 1]}),
    ]


@pytest.mark.parametrize("query", ["fields=id", "fields=text,meta", "ordering=-id"])
def test_listing_marks_as_read_whatever_the_query(both: list[Talk], query: str) -> None:
    alice_talk, bob_talk = both
    alice_talk.say(text="a")
    listed(bob_talk, query)
    assert bob_talk.thread()["unread"] == 0


def test_messages_can_be_listed_without_marking_them_as_read(both: list[Talk]) -> None:
    alice_talk, bob_talk = both
    said = alice_talk.say(text="a")
    assert listed(bob_talk, "mark_read=false")[0]["is_read"] is False
    assert one(bob_talk, said["id"], "?mark_read=false")["is_read"] is False
    assert bob_talk.client.head(f"{bob_talk.path}/messages?limit=5").status_code == 200
    assert bob_talk.client.head(f"{bob_talk.path}/messages/{said['id']}").status_code == 200
    assert bob_talk.thread()["last_message_data"]["is_read"] is False
    assert bob_talk.thread()["unread"] == 1
    assert one(bob_talk, said["id"])["is_read"] is False
    assert one(bob_talk, said["id"])["is_read"] is True
    assert bob_talk.thread()["unread"] == 0


def test_read_marks_all_messages_up_to_one_or_the_given_ones(both: list[Talk]) -> None:
    alice_talk, bob_talk = both
    ids = [alice_talk.say(text=text)["id"] for text in "abcd"]

    def read(**body: Any) -> Any:
        return bob_talk.client.post(f"{bob_talk.path}/read", body, format="json")

    assert read(up_to=ids[1]).status_code == 204
    assert [message["is_read"] for message in bob_talk.messages()] == [True, True, False, False]
    before = len(events(alice_talk.thread_id))
    assert read(messages=[ids[0], ids[3], 999999]).status_code == 204
    assert [message["is_read"] for message in bob_talk.messages()] == [True, True, False, True]
    assert events(alice_talk.thread_id)[before:] == [
        ("messages_read", {"user": bob_talk.user.pk, "messages": [ids[3]]})
    ]
    assert read(messages=[]).status_code == 204
    assert read(up_to=2**63 - 1).status_code == 204
    assert bob_talk.thread()["unread"] == 0
    for number in (2**63, 2**200, -1):
        missing = [f'Invalid pk "{number}" - object does not exist.']
        assert read(up_to=number, messages=[number]).json() == {"up_to": missing, "messages": missing}
    assert read().json() == {"up_to": ["REQUIRED"]}
    assert read(up_to="x", messages="y").json().keys() == {"up_to", "messages"}


def test_only_messages_of_the_thread_in_the_path_are_marked_as_read(both: list[Talk], carol: Any) -> None:
    alice_talk, bob_talk = both
    said = alice_talk.say(text="a")
    elsewhere = thread_with(bob_talk.user, carol)
    path = f"/api/threads/{elsewhere.pk}"
    assert bob_talk.client.post(f"{path}/read", {"messages": [said["id"]]}, format="json").status_code == 204
    assert bob_talk.client.get(f"{path}/messages/{said['id']}").status_code == 404
    assert bob_talk.thread()["unread"] == 1


def test_only_members_with_unread_notifications_get_unread_rows(both: list[Talk], carol: Any) -> None:
    alice_talk, bob_talk = both
    MemberFactory.create(
        thread_id=alice_talk.thread_id, thread=alice_talk.row.thread, user=carol, notifications=None
    )
    set_state(bob_talk, notifications=PERMISSIONS_ALL & ~1 & 31)
    alice_talk.say(text="a")
    assert not UnreadMessage.objects.exists()
    bob_talk.patch(notifications=1)
    assert bob_talk.thread()["unread"] == 0
    alice_talk.say(text="b")
    bob_talk.patch(notifications=0)
    assert bob_talk.thread()["unread"] == 1


def test_messages_are_ordered_by_id_in_either_direction(both: list[Talk]) -> None:
    alice_talk, _ = both
    ids = [alice_talk.say(text=text)["id"] for text in "abc"]
    assert [message["id"] for message in listed(alice_talk)] == ids
    assert [message["id"] for message in listed(alice_talk, "ordering=-id")] == ids[::-1]
    assert [message["id"] for message in listed(alice_talk, f"id__gt={ids[0]}&offset=1")] == ids[2:]
    assert alice_talk.client.get(f"{alice_talk.path}/messages").json() == {
        "detail": "Incorrect offset or limit."
    }


def test_sender_can_change_text_and_meta_of_a_message(both: list[Talk]) -> None:
    alice_talk, bob_talk = both
    said = alice_talk.say(text="old", meta={"a": 1})
    path = f"{alice_talk.path}/messages/{said['id']}"
    body = {"text": " <new> ", "type": "secret", "sender": bob_talk.user.pk, "thread": 99}
    shown = alice_talk.client.patch(path, body, format="json").json()
    assert (shown["text"], shown["meta"], shown["type"]) == ("&lt;new&gt;", {"a": 1}, "message")
    assert shown["updated"] > said["updated"]
    assert alice_talk.client.put(path, {"meta": None}, format="json").json()["meta"] is None
    assert alice_talk.client.put(path, {}, format="json").json()["text"] == "&lt;new&gt;"
    assert alice_talk.client.patch(path, {"text": None}, format="json").json() == {
        "text": ["This field may not be null."]
    }
    assert bob_talk.client.patch(path, {"text": "x"}, format="json").status_code == 403
    changes = events(alice_talk.thread_id)[1:]
    assert changes == [("message_created_or_updated", {"message": said["id"], "deleted": False})] * 3


def test_changing_an_old_message_changes_neither_last_message_nor_thread_time(both: list[Talk]) -> None:
    alice_talk, _ = both
    old, new = alice_talk.say(text="old"), alice_talk.say(text="new")
    updated = Thread.objects.get().updated
    alice_talk.client.patch(f"{alice_talk.path}/messages/{old['id']}", {"text": "x"}, format="json")
    shown = alice_talk.thread()
    assert shown["last_message_data"]["id"] == new["id"]
    assert Thread.objects.get().updated == updated == alice_talk.row.updated


def test_deleted_message_is_not_shown_anywhere(both: list[Talk]) -> None:
    alice_talk, bob_talk = both
    kept, gone = alice_talk.say(text="kept"), alice_talk.say(text="gone")
    path = f"{alice_talk.path}/messages/{gone['id']}"
    assert alice_talk.client.delete(path).status_code == 204
    assert bob_talk.texts() == ["kept"]
    assert bob_talk.thread()["unread"] == 1
    assert bob_talk.thread()["last_message_data"]["id"] == kept["id"]
    assert Thread.objects.get().last_message_id == kept["id"]
    for method in ("get", "patch", "put", "delete"):
        assert getattr(alice_talk.client, method)(path).status_code == 404
    assert alice_talk.client.get(f"{path}/attachments").status_code == 404
    assert Message.all_objects.get(pk=gone["id"]).deleted
    name, data = events(alice_talk.thread_id)[-2]
    assert (name, data) == ("message_created_or_updated", {"message": gone["id"], "deleted": True})


def test_thread_has_no_last_message_after_its_only_message_is_deleted(both: list[Talk]) -> None:
    alice_talk, bob_talk = both
    said = alice_talk.say(text="a")
    alice_talk.client.delete(f"{alice_talk.path}/messages/{said['id']}")
    assert bob_talk.thread()["last_message_data"] is None
    assert Thread.objects.get().last_message is None


def test_deleting_an_old_message_changes_nothing_else(both: list[Talk]) -> None:
    alice_talk, _ = both
    old, new = alice_talk.say(text="old"), alice_talk.say(text="new")
    updated = Thread.objects.get().updated
    alice_talk.client.delete(f"{alice_talk.path}/messages/{old['id']}")
    assert Thread.objects.get().updated == updated == alice_talk.row.updated
    assert alice_talk.thread()["last_message_data"]["id"] == new["id"]


def test_deleting_an_answer_reverts_its_modifications(alice: Any) -> None:
    counting = {"variable_modifications": [["x", "x + 1"]]}
    schema = published_schema([{"type": "choice", "answers": [counting]}, {**counting, "type": "text"}, {}])
    talk = begin(alice, schema, permissions=PERMISSIONS_ALL)
    said = talk.say(answers=[schema.questions.get(qid=1).answers.get().pk])
    assert said["thread_data"]["variables_pool"] == {"x": 2.0}
    talk.client.delete(f"{talk.path}/messages/{said['id']}")
    assert talk.thread()["variables_pool"] == {"x": 1.0}
    assert talk.thread()["question"] == schema.questions.get(qid=2).pk


def test_each_operation_needs_its_permission(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    own = bob_talk.say(text="bob's")["id"]
    flags = {
        "get": Permission.MESSAGES_READ,
        "patch": Permission.MESSAGES_EDIT,
        "put": Permission.MESSAGES_EDIT,
        "delete": Permission.MESSAGES_DELETE,
    }
    # The response shows the changed message, so it needs the permission to read, too.
    shows = {"patch": Permission.MESSAGES_READ, "put": Permission.MESSAGES_READ}
    for method, flag in flags.items():
        path = f"{bob_talk.path}/messages/{own}"
        set_state(bob_talk, permissions=PERMISSIONS_ALL & ~flag)
        assert getattr(bob_talk.client, method)(path).status_code == 403
        set_state(bob_talk, permissions=int(flag | shows.get(method, flag)))
        assert getattr(bob_talk.client, method)(path).status_code in (200, 204)
    set_state(bob_talk, permissions=PERMISSIONS_ALL & ~Permission.MESSAGES_CREATE)
    assert bob_talk.post(text="x").status_code == 403
    assert alice_talk.messages() == []


def test_sender_of_a_deleted_account_is_null(both: list[Talk]) -> None:
    alice_talk, bob_talk = both
    bob_talk.say(text="kept")
    bob_talk.user.delete()
    (message,) = alice_talk.messages()
    assert (message["sender"], message["sender_data"], message["is_own"]) == (None, None, False)


def test_post_returns_only_the_requested_fields(both: list[Talk]) -> None:
    alice_talk, _ = both
    path = f"{alice_talk.path}/messages"
    shown = alice_talk.client.post(f"{path}?fields=id,text", {"text": "x"}, format="json").json()
    assert shown == {"id": shown["id"], "text": "x"}
    nested = f"{path}?fields=thread_data__unread,thread_data__last_message_data__text"
    shown = alice_talk.client.post(nested, {"text": "y"}, format="json").json()
    assert shown == {"thread_data": {"unread": 0, "last_message_data": {"text": "y"}}}


def test_message_can_be_posted_as_a_form(both: list[Talk]) -> None:
    alice_talk, _ = both
    response = alice_talk.client.post(f"{alice_talk.path}/messages", {"text": "form"}, format="multipart")
    assert (response.status_code, response.json()["text"]) == (201, "form")
