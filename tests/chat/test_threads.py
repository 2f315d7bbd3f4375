"""Listing, creating, reading, changing and leaving threads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Message, Thread, UserThread
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import Talk, begin, question, set_state, start_script, talks
from tests.factories import MemberFactory, MessageFactory, draft_schema, published_schema

pytestmark = pytest.mark.django_db

KEYS = {
    "id", "type", "created", "updated", "permissions", "notifications", "schema", "state", "question",
    "unread", "on_finish", "title", "users_data", "frequency_unit", "frequency_value", "next_restart",
    "automated_sender", "initial_question", "repeat_until", "question_data", "related_message",
    "last_message_data", "variables_pool", "paused", "users_count", "assigned_to",
}  # fmt: skip


def listed(user: Any, query: str = "limit=50", *, type: str = "chat") -> list[dict[str, Any]]:
    response = client_of(user).get(f"/api/accounts/{user.pk}/threads/{type}?{query}")
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["results"]
    return found


def create_thread(user: Any, /, *, status: int = 201, kind: str = "chat", **body: Any) -> dict[str, Any]:
    response = client_of(user).post(f"/api/accounts/{user.pk}/threads/{kind}", body, format="json")
    assert response.status_code == status, response.content
    shown: dict[str, Any] = response.json()
    return shown


def test_thread_has_exactly_these_fields(alice: Any) -> None:
    shown = create_thread(alice)
    assert set(shown) == KEYS
    assert set(listed(alice)[0]) == KEYS
    assert set(Talk(alice, shown["id"]).thread()) == KEYS


def test_creator_is_the_first_member_with_the_permissions_of_creators(alice: Any, settings: Any) -> None:
    shown = create_thread(alice, title=" Mine ", notifications=1)
    assert (shown["title"], shown["permissions"], shown["notifications"]) == ("Mine", 507, 1)
    assert (shown["type"], shown["state"], shown["on_finish"]) == ("chat", "open", "open")
    assert [user["id"] for user in shown["users_data"]] == [alice.pk]
    assert (shown["last_message_data"], shown["question_data"], shown["variables_pool"]) == (None, None, {})
    settings.CHAT_SETTINGS = {"THREAD_CREATOR_PERMISSIONS_DEFAULT": 3}
    assert create_thread(alice)["permissions"] == 3


def test_read_only_fields_are_ignored(alice: Any, bob: Any) -> None:
    schema = published_schema([{}, {}])
    shown = create_thread(
        alice,
        id=777_777_777,
        type="tracker",
        permissions=PERMISSIONS_ALL,
        unread=5,
        created="2001-01-01T00:00:00Z",
        updated="2001-01-01T00:00:00Z",
        user=bob.pk,
        variables_pool={"x": 5},
        schema=schema.pk,
        state="scripted",
        question=question(schema, 2).pk,
        paused=True,
    )
    assert shown["id"] != 777_777_777
    assert (shown["type"], shown["permissions"], shown["unread"], shown["paused"]) == ("chat", 507, 1, False)
    assert (shown["variables_pool"], shown["next_restart"]) == ({}, None)
    assert shown["question"] == question(schema, 1).pk
    assert shown["created"] > "2020"


def test_list_shows_own_threads_of_one_type(alice: Any, bob: Any) -> None:
    create_thread(bob)
    tracker = create_thread(alice, kind="tracker")
    chat = create_thread(alice)
    assert [thread["id"] for thread in listed(alice)] == [chat["id"]]
    assert [thread["id"] for thread in listed(alice, type="tracker")] == [tracker["id"]]
    assert listed(alice, type="survey") == []


def test_threads_are_ordered_by_update_time_then_id(alice: Any) -> None:
    one, two, three = create_thread(alice)["id"], create_thread(alice)["id"], create_thread(alice)["id"]
    UserThread.objects.update(updated=datetime(2026, 1, 1, tzinfo=UTC))
    UserThread.objects.filter(thread_id=two).update(updated=datetime(2026, 1, 2, tzinfo=UTC))
    assert [thread["id"] for thread in listed(alice)] == [two, one, three]
    Talk(alice, three).say(text="news")
    assert [thread["id"] for thread in listed(alice)] == [three, two, one]


def test_pages_of_threads(alice: Any, settings: Any) -> None:
    ids = [create_thread(alice)["id"] for _ in range(3)]
    path = f"/api/accounts/{alice.pk}/threads/chat"
    client = client_of(alice)
    wrong = client.get(path)
    assert (wrong.status_code, wrong.json()) == (400, {"detail": "Incorrect offset or limit."})
    page = client.get(f"{path}?limit=2").json()
    assert set(page) == {"next", "previous", "results"}
    assert len(page["results"]) == 2
    rest = client.get(page["next"]).json()
    assert {thread["id"] for thread in page["results"] + rest["results"]} == set(ids)
    settings.CHAT_SETTINGS = {"PAGE_SIZE_MAX": 1}
    assert len(listed(alice, "limit=50")) == 1


@pytest.mark.parametrize("query", ["", "limit=0", "limit=-1", "limit=many"])
def test_page_size_of_the_host_applies_without_a_valid_limit(alice: Any, settings: Any, query: str) -> None:
    thread = thread_with(alice)
    thread_with(alice)
    MessageFactory.create_batch(3, thread=thread, sender=alice)
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "PAGE_SIZE": 1}
    assert len(listed(alice, query)) == 1
    path = f"/api/threads/{thread.pk}/messages?{query}"
    page = client_of(alice).get(path).json()
    assert len(page["results"]) == 1
    settings.CHAT_SETTINGS = {"PAGE_SIZE_MAX": 2}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "PAGE_SIZE": 3}
    assert len(client_of(alice).get(path).json()["results"]) == 2


@pytest.mark.parametrize("kind", ["nope", "%00", "a b", "chat%0a"])
def test_unlisted_thread_types_are_refused(alice: Any, kind: str) -> None:
    path = f"/api/accounts/{alice.pk}/threads/{kind}"
    assert client_of(alice).get(path).status_code in (403, 404)
    assert client_of(alice).post(path, {}, format="json").status_code in (403, 404)
    assert not Thread.objects.exists()


def test_listed_thread_types_are_a_setting(alice: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {"TYPES_CHAT_LIST_THROUGH_API": ("tracker",)}
    assert client_of(alice).get(f"/api/accounts/{alice.pk}/threads/chat?limit=5").status_code == 403
    assert listed(alice, type="tracker") == []


def test_schema_needs_a_scripted_state_and_vice_versa(alice: Any) -> None:
    schema = published_schema([{}])
    states: list[dict[str, Any]] = [{}, {"state": "open"}, {"state": "closed"}]
    for state in states:
        assert create_thread(alice, status=400, schema=schema.pk, **state) == {
            "state": ["WRONG_STATE_FOR_SCHEMA"]
        }
    for name in ("scripted", "scripted_fe_controlled", "assisted"):
        assert create_thread(alice, status=400, state=name) == {"schema": ["REQUIRED"]}
        assert create_thread(alice, status=400, state=name, schema=None) == {"schema": ["REQUIRED"]}
        assert create_thread(alice, state=name, schema=schema.pk)["state"] == name


def test_errors_of_a_new_thread_are_reported_together(alice: Any, bob: Any) -> None:
    schema, other = published_schema([]), published_schema([{}])
    errors = create_thread(
        alice,
        status=400,
        state="scripted",
        schema=schema.pk,
        initial_question=question(other, 1).pk,
        automated_sender=bob.pk,
        frequency_value=-1,
        notifications=-1,
        on_finish="perhaps",
    )
    assert errors == {
        "schema": ["EMPTY"],
        "initial_question": ["QUESTION_FROM_WRONG_SCHEMA"],
        "automated_sender": ["NOT_ALLOWED"],
        "frequency_value": ["FREQUENCY_VALUE_MUST_BE_POSITIVE"],
        "notifications": ["Ensure this value is greater than or equal to 0."],
        "on_finish": ['"perhaps" is not a valid choice.'],
    }
    assert not Thread.objects.exists()


def test_drafts_run_only_if_the_host_edits_published_schemas(alice: Any, settings: Any) -> None:
    schema = draft_schema([{}])
    errors = create_thread(alice, status=400, state="scripted", schema=schema.pk)
    assert errors == {"schema": ["NOT_PUBLISHED"]}
    settings.CHAT_SETTINGS = {"ALLOW_EDIT_PUBLISHED_SCHEMAS": True}
    assert create_thread(alice, state="scripted", schema=schema.pk)["state"] == "scripted"


def senders(user: Any) -> Any:
    return type(user)._default_manager.filter(username="bob")


def test_automated_sender_is_null_the_user_or_permitted_by_the_host(
    alice: Any, bob: Any, carol: Any, settings: Any
) -> None:
    not_allowed = {"automated_sender": ["NOT_ALLOWED"]}
    script: dict[str, Any] = {"schema": published_schema([{}]).pk, "state": "scripted"}
    assert create_thread(alice, **script, automated_sender=None)["automated_sender"] is None
    assert create_thread(alice, **script, automated_sender=alice.pk)["automated_sender"] == alice.pk
    assert create_thread(alice, **script, status=400, automated_sender=bob.pk) == not_allowed
    settings.CHAT_SETTINGS = {"AUTOMATED_SENDERS": senders}
    assert create_thread(alice, **script, automated_sender=bob.pk)["automated_sender"] == bob.pk
    assert create_thread(alice, **script, status=400, automated_sender=carol.pk) == not_allowed


def test_new_thread_stores_its_script_settings(alice: Any) -> None:
    schema = published_schema([{}, {}])
    until = (datetime.now(UTC) + timedelta(days=9)).replace(microsecond=0)
    shown = create_thread(
        alice,
        schema=schema.pk,
        state="scripted",
        on_finish="repeat",
        frequency_unit="weeks",
        frequency_value=2,
        repeat_until=until.isoformat(),
        initial_question=question(schema, 2).pk,
    )
    assert (shown["on_finish"], shown["frequency_unit"], shown["frequency_value"]) == ("repeat", "weeks", 2)
    assert shown["initial_question"] == shown["question"] == question(schema, 2).pk
    assert datetime.fromisoformat(shown["repeat_until"]) == until
    assert shown["question_data"]["id"] == question(schema, 2).pk
    assert shown["related_message"] == shown["last_message_data"]["id"]


def test_thread_without_a_script_stores_settings_for_a_later_one(alice: Any) -> None:
    until = (datetime.now(UTC) + timedelta(days=9)).replace(microsecond=0)
    shown = create_thread(
        alice,
        automated_sender=alice.pk,
        on_finish="repeat",
        frequency_unit="weeks",
        frequency_value=2,
        repeat_until=until.isoformat(),
    )
    kept = {
        "automated_sender": alice.pk,
        "on_finish": "repeat",
        "frequency_unit": "weeks",
        "frequency_value": 2,
        "repeat_until": until.isoformat().replace("+00:00", "Z"),
    }
    assert kept.items() <= shown.items()
    talk = Talk(alice, shown["id"])
    assert kept.items() <= talk.thread().items()
    assert (shown["state"], shown["next_restart"], shown["schema"]) == ("open", None, None)
    set_state(talk, permissions=PERMISSIONS_ALL)
    start_script(talk, published_schema([{}]), alice)
    assert kept.items() <= talk.thread().items()
    assert talk.messages()[0]["sender"] == alice.pk
    closed = create_thread(alice, state="closed", on_finish="close", automated_sender=alice.pk)
    assert (closed["state"], closed["on_finish"], closed["automated_sender"]) == ("closed", "close", alice.pk)


def test_title_is_shared_and_notifications_are_per_member(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    shown = alice_talk.patch(title="New", notifications=31).json()
    assert (shown["title"], shown["notifications"]) == ("New", 31)
    assert (bob_talk.thread()["title"], bob_talk.thread()["notifications"]) == ("New", 3)


def test_put_keeps_fields_that_are_not_sent(alice: Any) -> None:
    (talk,) = talks(thread_with(alice, title="Kept"), alice)
    before = talk.thread()
    response = talk.client.put(talk.path, {}, format="json")
    assert (response.status_code, response.json()) == (200, before)


def test_read_only_fields_of_a_thread_cannot_be_changed(alice: Any) -> None:
    schema = published_schema([{}])
    (talk,) = talks(thread_with(alice), alice)
    before = talk.thread()
    body: dict[str, Any] = dict.fromkeys(KEYS - {"title", "notifications", "state"}, 1)
    assert talk.patch(**{**body, "schema": schema.pk}).json() == before


def test_null_is_refused_where_flags_are_set(alice: Any) -> None:
    (talk,) = talks(thread_with(alice), alice)
    assert talk.patch(notifications=None).json() == {"notifications": ["This field may not be null."]}
    assert talk.patch(notifications=32).json() == {
        "notifications": ["Ensure this value is less than or equal to 31."]
    }


def test_leaving_removes_the_membership_and_keeps_the_thread(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    alice_talk.say(text="kept")
    assert bob_talk.thread()["unread"] == 1
    assert bob_talk.client.delete(bob_talk.path).status_code == 204
    assert bob_talk.client.get(bob_talk.path).status_code == 403
    assert alice_talk.texts() == ["kept"]
    assert [user["id"] for user in alice_talk.thread()["users_data"]] == [alice.pk]
    assert alice_talk.client.delete(alice_talk.path).status_code == 204
    assert Message.objects.filter(thread_id=alice_talk.thread_id).count() == 1


def test_missing_and_foreign_threads_give_the_same_response(alice: Any, bob: Any) -> None:
    thread = thread_with(bob)
    for tail in ("", "/messages?limit=5", "/users", "/messages/1", f"/users/{bob.pk}"):
        foreign = client_of(alice).get(f"/api/threads/{thread.pk}{tail}")
        missing = client_of(alice).get(f"/api/threads/999999{tail}")
        assert foreign.status_code == missing.status_code == 403
        assert foreign.content == missing.content


def test_only_requested_fields_are_shown(alice: Any, bob: Any) -> None:
    talk, _ = talks(thread_with(alice, bob), alice, bob)
    talk.say(text="hello")

    def shown(fields: str) -> Any:
        return talk.client.get(f"{talk.path}?fields={fields}").json()

    assert shown("id,state") == {"id": talk.thread_id, "state": "open"}
    assert shown("users_data__first_name") == {"users_data": [{"first_name": "Alice"}, {"first_name": "Bob"}]}
    nested = "last_message_data__text,last_message_data__sender_data__id"
    assert shown(nested) == {"last_message_data": {"text": "hello", "sender_data": {"id": alice.pk}}}
    assert shown("nonsense") == {}
    assert len(listed(alice, "limit=5&fields=id")[0]) == 1
    script = begin(alice, published_schema([{"type": "choice", "answers": [{"text": "A"}]}]))
    inner = script.client.get(f"{script.path}?fields=question_data__qid,question_data__answers__text").json()
    assert inner == {"question_data": {"qid": 1, "answers": [{"text": "A"}]}}


def test_member_who_joins_later_sees_the_last_message(alice: Any, bob: Any) -> None:
    thread = thread_with(alice)
    message = MessageFactory.create(thread=thread, sender=alice)
    thread.last_message = message
    thread.save()
    MemberFactory.create(thread=thread, user=bob)
    shown = Talk(bob, thread.pk).thread()
    assert (shown["last_message_data"]["id"], shown["unread"]) == (message.pk, 0)


def test_closed_thread_can_still_be_read_and_left(alice: Any) -> None:
    (talk,) = talks(thread_with(alice), alice)
    set_state(talk, state="closed")
    assert talk.thread()["state"] == "closed"
    assert talk.client.delete(talk.path).status_code == 204


def test_next_restart_cannot_be_set(alice: Any) -> None:
    as_alice = client_of(alice)
    path = f"/api/accounts/{alice.pk}/threads/tracker"
    for time in ("2999-01-01T00:00:00Z", "1999-01-01T00:00:00Z"):
        refused = as_alice.post(path, {"next_restart": time}, format="json")
        assert (refused.status_code, refused.json()) == (400, {"next_restart": ["NOT_ALLOWED"]})
    assert as_alice.post(path, {"next_restart": "soon"}, format="json").json().keys() == {"next_restart"}
    assert UserThread.objects.count() == 0
    response = as_alice.post(path, {"next_restart": None}, format="json")
    assert (response.status_code, response.json()["next_restart"]) == (201, None)
