"""Listing, reading, changing and deleting messages; what is unread."""

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


def test_a_message_has_these_keys_and_no_others(both: list[Talk]) -> None:
    mine, bobs = both
    said = mine.say(text="hi")
    assert set(said) == KEYS | {"answers", "thread_data"}
    assert set(listed(bobs)[0]) == KEYS == set(one(bobs, said["id"]))
    assert set(bobs.thread()["last_message_data"]) == KEYS
    assert (said["thread"], said["sender"], said["is_own"], said["is_read"]) == (
        mine.thread_id,
        mine.user.pk,
        True,
        True,
    )
    assert said["sender_data"]["first_name"] == "Alice"
    assert said["thread_data"] == mine.thread()


def test_what_a_client_may_not_set_is_ignored(both: list[Talk]) -> None:
    mine, _ = both
    said = mine.say(
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
    assert (said["sender"], said["thread"], said["related_question"]) == (mine.user.pk, mine.thread_id, None)
    assert (said["has_attachments"], said["is_own"], said["id"] != 77) == (False, True, True)
    assert mine.texts() == ["x"]


def test_listing_marks_as_read_what_it_lists(both: list[Talk]) -> None:
    mine, bobs = both
    for text in "abc":
        mine.say(text=text)
    assert bobs.thread()["unread"] == 3
    assert mine.thread()["unread"] == 0
    first = bobs.client.get(f"{bobs.path}/messages?limit=2").json()["results"]
    assert [message["is_read"] for message in first] == [False, False]
    assert bobs.thread()["unread"] == 1
    assert [message["is_read"] for message in listed(bobs)] == [True, True, False]
    assert all(message["is_read"] for message in listed(bobs))
    assert events(mine.thread_id)[3:] == [
        ("messages_read", {"user": bobs.user.pk, "messages": [first[0]["id"], first[1]["id"]]}),
        ("messages_read", {"user": bobs.user.pk, "messages": [first[1]["id"] + 1]}),
    ]


@pytest.mark.parametrize("query", ["fields=id", "fields=text,meta", "ordering=-id"])
def test_listing_marks_whatever_is_asked_for(both: list[Talk], query: str) -> None:
    mine, bobs = both
    mine.say(text="a")
    listed(bobs, query)
    assert bobs.thread()["unread"] == 0


def test_one_can_look_without_marking(both: list[Talk]) -> None:
    mine, bobs = both
    said = mine.say(text="a")
    assert listed(bobs, "mark_read=false")[0]["is_read"] is False
    assert one(bobs, said["id"], "?mark_read=false")["is_read"] is False
    assert bobs.client.head(f"{bobs.path}/messages?limit=5").status_code == 200
    assert bobs.client.head(f"{bobs.path}/messages/{said['id']}").status_code == 200
    assert bobs.thread()["last_message_data"]["is_read"] is False
    assert bobs.thread()["unread"] == 1
    assert one(bobs, said["id"])["is_read"] is False
    assert one(bobs, said["id"])["is_read"] is True
    assert bobs.thread()["unread"] == 0


def test_reading_marks_all_up_to_one_or_some(both: list[Talk]) -> None:
    mine, bobs = both
    ids = [mine.say(text=text)["id"] for text in "abcd"]

    def read(**body: Any) -> Any:
        return bobs.client.post(f"{bobs.path}/read", body, format="json")

    assert read(up_to=ids[1]).status_code == 204
    assert [message["is_read"] for message in bobs.messages()] == [True, True, False, False]
    before = len(events(mine.thread_id))
    assert read(messages=[ids[0], ids[3], 999999]).status_code == 204
    assert [message["is_read"] for message in bobs.messages()] == [True, True, False, True]
    assert events(mine.thread_id)[before:] == [
        ("messages_read", {"user": bobs.user.pk, "messages": [ids[3]]})
    ]
    assert read(messages=[]).status_code == 204
    assert read(up_to=2**63 - 1).status_code == 204
    assert bobs.thread()["unread"] == 0
    for number in (2**63, 2**200, -1):
        missing = [f'Invalid pk "{number}" - object does not exist.']
        assert read(up_to=number, messages=[number]).json() == {"up_to": missing, "messages": missing}
    assert read().json() == {"up_to": ["REQUIRED"]}
    assert read(up_to="x", messages="y").json().keys() == {"up_to", "messages"}


def test_one_reads_messages_of_the_thread_in_the_path_only(both: list[Talk], carol: Any) -> None:
    mine, bobs = both
    said = mine.say(text="a")
    elsewhere = thread_with(bobs.user, carol)
    path = f"/api/threads/{elsewhere.pk}"
    assert bobs.client.post(f"{path}/read", {"messages": [said["id"]]}, format="json").status_code == 204
    assert bobs.client.get(f"{path}/messages/{said['id']}").status_code == 404
    assert bobs.thread()["unread"] == 1


def test_only_those_who_want_it_get_unread_rows(both: list[Talk], carol: Any) -> None:
    mine, bobs = both
    MemberFactory.create(thread_id=mine.thread_id, thread=mine.row.thread, user=carol, notifications=None)
    set_state(bobs, notifications=PERMISSIONS_ALL & ~1 & 31)
    mine.say(text="a")
    assert not UnreadMessage.objects.exists()
    bobs.patch(notifications=1)
    assert bobs.thread()["unread"] == 0
    mine.say(text="b")
    bobs.patch(notifications=0)
    assert bobs.thread()["unread"] == 1


def test_messages_come_by_id_and_the_other_way_round(both: list[Talk]) -> None:
    mine, _ = both
    ids = [mine.say(text=text)["id"] for text in "abc"]
    assert [message["id"] for message in listed(mine)] == ids
    assert [message["id"] for message in listed(mine, "ordering=-id")] == ids[::-1]
    assert [message["id"] for message in listed(mine, f"id__gt={ids[0]}&offset=1")] == ids[2:]
    assert mine.client.get(f"{mine.path}/messages").json() == {"detail": "Incorrect offset or limit."}


def test_a_message_is_changed_by_its_sender_in_text_and_meta(both: list[Talk]) -> None:
    mine, bobs = both
    said = mine.say(text="old", meta={"a": 1})
    path = f"{mine.path}/messages/{said['id']}"
    body = {"text": " <new> ", "type": "secret", "sender": bobs.user.pk, "thread": 99}
    shown = mine.client.patch(path, body, format="json").json()
    assert (shown["text"], shown["meta"], shown["type"]) == ("&lt;new&gt;", {"a": 1}, "message")
    assert shown["updated"] > said["updated"]
    assert mine.client.put(path, {"meta": None}, format="json").json()["meta"] is None
    assert mine.client.put(path, {}, format="json").json()["text"] == "&lt;new&gt;"
    assert mine.client.patch(path, {"text": None}, format="json").json() == {
        "text": ["This field may not be null."]
    }
    assert bobs.client.patch(path, {"text": "x"}, format="json").status_code == 403
    changes = events(mine.thread_id)[1:]
    assert changes == [("message_created_or_updated", {"message": said["id"], "deleted": False})] * 3


def test_changing_an_old_message_makes_it_neither_the_last_nor_the_thread_newer(both: list[Talk]) -> None:
    mine, _ = both
    old, new = mine.say(text="old"), mine.say(text="new")
    updated = Thread.objects.get().updated
    mine.client.patch(f"{mine.path}/messages/{old['id']}", {"text": "x"}, format="json")
    shown = mine.thread()
    assert shown["last_message_data"]["id"] == new["id"]
    assert Thread.objects.get().updated == updated == mine.row.updated


def test_a_deleted_message_is_gone_everywhere(both: list[Talk]) -> None:
    mine, bobs = both
    kept, gone = mine.say(text="kept"), mine.say(text="gone")
    path = f"{mine.path}/messages/{gone['id']}"
    assert mine.client.delete(path).status_code == 204
    assert bobs.texts() == ["kept"]
    assert bobs.thread()["unread"] == 1
    assert bobs.thread()["last_message_data"]["id"] == kept["id"]
    assert Thread.objects.get().last_message_id == kept["id"]
    for method in ("get", "patch", "put", "delete"):
        assert getattr(mine.client, method)(path).status_code == 404
    assert mine.client.get(f"{path}/attachments").status_code == 404
    assert Message.all_objects.get(pk=gone["id"]).deleted
    name, data = events(mine.thread_id)[-2]
    assert (name, data) == ("message_created_or_updated", {"message": gone["id"], "deleted": True})


def test_when_the_only_message_is_deleted_there_is_no_last_one(both: list[Talk]) -> None:
    mine, bobs = both
    said = mine.say(text="a")
    mine.client.delete(f"{mine.path}/messages/{said['id']}")
    assert bobs.thread()["last_message_data"] is None
    assert Thread.objects.get().last_message is None


def test_deleting_an_old_message_changes_nothing_else(both: list[Talk]) -> None:
    mine, _ = both
    old, new = mine.say(text="old"), mine.say(text="new")
    updated = Thread.objects.get().updated
    mine.client.delete(f"{mine.path}/messages/{old['id']}")
    assert Thread.objects.get().updated == updated == mine.row.updated
    assert mine.thread()["last_message_data"]["id"] == new["id"]


def test_deleting_an_answer_takes_its_modifications_back(alice: Any) -> None:
    counting = {"variable_modifications": [["x", "x + 1"]]}
    schema = published_schema([{"type": "choice", "answers": [counting]}, {**counting, "type": "text"}, {}])
    talk = begin(alice, schema, permissions=PERMISSIONS_ALL)
    said = talk.say(answers=[schema.questions.get(qid=1).answers.get().pk])
    assert said["thread_data"]["variables_pool"] == {"x": 2.0}
    talk.client.delete(f"{talk.path}/messages/{said['id']}")
    assert talk.thread()["variables_pool"] == {"x": 1.0}
    assert talk.thread()["question"] == schema.questions.get(qid=2).pk


def test_each_thing_needs_its_flag(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    own = bobs.say(text="bob's")["id"]
    flags = {
        "get": Permission.MESSAGES_READ,
        "patch": Permission.MESSAGES_EDIT,
        "put": Permission.MESSAGES_EDIT,
        "delete": Permission.MESSAGES_DELETE,
    }
    # What is changed is shown in the response, which takes the right to read it, too.
    shows = {"patch": Permission.MESSAGES_READ, "put": Permission.MESSAGES_READ}
    for method, flag in flags.items():
        path = f"{bobs.path}/messages/{own}"
        set_state(bobs, permissions=PERMISSIONS_ALL & ~flag)
        assert getattr(bobs.client, method)(path).status_code == 403
        set_state(bobs, permissions=int(flag | shows.get(method, flag)))
        assert getattr(bobs.client, method)(path).status_code in (200, 204)
    set_state(bobs, permissions=PERMISSIONS_ALL & ~Permission.MESSAGES_CREATE)
    assert bobs.post(text="x").status_code == 403
    assert mine.messages() == []


def test_the_sender_of_a_deleted_account_is_null(both: list[Talk]) -> None:
    mine, bobs = both
    bobs.say(text="kept")
    bobs.user.delete()
    (message,) = mine.messages()
    assert (message["sender"], message["sender_data"], message["is_own"]) == (None, None, False)


def test_posting_shows_only_what_is_asked_for(both: list[Talk]) -> None:
    mine, _ = both
    path = f"{mine.path}/messages"
    shown = mine.client.post(f"{path}?fields=id,text", {"text": "x"}, format="json").json()
    assert shown == {"id": shown["id"], "text": "x"}
    nested = f"{path}?fields=thread_data__unread,thread_data__last_message_data__text"
    shown = mine.client.post(nested, {"text": "y"}, format="json").json()
    assert shown == {"thread_data": {"unread": 0, "last_message_data": {"text": "y"}}}


def test_a_form_posts_too(both: list[Talk]) -> None:
    mine, _ = both
    response = mine.client.post(f"{mine.path}/messages", {"text": "form"}, format="multipart")
    assert (response.status_code, response.json()["text"]) == (201, "form")
