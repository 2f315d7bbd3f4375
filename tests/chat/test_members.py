"""Listing, adding, changing and removing members."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import ScriptRun, UserThread
from tests.chat.conftest import member, thread_with
from tests.chat.talking import Talk, begin, events, question, set_state, start_script, talks
from tests.factories import MemberFactory, UserFactory, published_schema

pytestmark = pytest.mark.django_db

PLAIN = {"user", "permissions", "users_data"}
CONTROL = PLAIN | {
    "automated_sender", "frequency_unit", "frequency_value", "repeat_until", "initial_question", "on_finish",
    "schema", "state", "paused",
}  # fmt: skip
ADDER = int(Permission.THREAD_READ | Permission.THREAD_ADD_USER | Permission.MESSAGES_READ)


def add(talk: Talk, *, status: int = 201, **body: Any) -> dict[str, Any]:
    response = talk.client.post(f"{talk.path}/users", body, format="json")
    assert response.status_code == status, response.content
    shown: dict[str, Any] = response.json()
    return shown


def seen(talk: Talk, other: Any) -> dict[str, Any]:
    response = talk.client.get(f"{talk.path}/users/{other.pk}")
    assert response.status_code == 200, response.content
    shown: dict[str, Any] = response.json()
    return shown


def allow(talk: Talk, *flags: Permission) -> None:
    set_state(talk, permissions=int(sum(flags)))


def test_members_are_listed_in_the_order_of_joining(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(bob, alice), alice, bob)
    rows = alice_talk.client.get(f"{alice_talk.path}/users").json()
    assert [row["user"] for row in rows] == [bob.pk, alice.pk]
    page = alice_talk.client.get(f"{alice_talk.path}/users?limit=1").json()
    assert [row["user"] for row in page["results"]] == [bob.pk]
    assert bob_talk.client.get(f"{alice_talk.path}/users?fields=user").json() == [
        {"user": bob.pk},
        {"user": alice.pk},
    ]


def test_script_of_a_member_is_visible_with_control_only(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    assert set(seen(alice_talk, bob)) == CONTROL
    assert seen(alice_talk, bob)["users_data"]["first_name"] == "Bob"
    allow(bob_talk, Permission.THREAD_READ, Permission.THREAD_BREAK_STATE)
    assert set(seen(bob_talk, alice)) == PLAIN | {"paused"}
    allow(bob_talk, Permission.THREAD_READ)
    assert set(seen(bob_talk, alice)) == PLAIN
    assert all(set(row) == PLAIN for row in bob_talk.client.get(f"{alice_talk.path}/users").json())


def test_added_member_has_the_default_permissions_and_notifications(
    alice: Any, bob: Any, carol: Any, settings: Any
) -> None:
    (alice_talk,) = talks(thread_with(alice), alice)
    assert add(alice_talk, user=bob.pk)["permissions"] == 19
    row = Talk(bob, alice_talk.thread_id).row
    assert (row.notifications, row.state, row.type) == (3, "open", "chat")
    settings.CHAT_SETTINGS = {"THREAD_PERMISSIONS_DEFAULT": 1}
    assert add(alice_talk, user=carol.pk)["permissions"] == 1


def test_members_cannot_grant_permissions_they_lack(alice: Any, bob: Any, carol: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    set_state(alice_talk, permissions=ADDER | Permission.THREAD_CONTROL_OTHERS)
    too_high = {"permissions": ["TOO_HIGH"]}
    for permissions in (PERMISSIONS_ALL, int(Permission.THREAD_EDIT), ADDER | Permission.MESSAGES_CREATE):
        assert add(alice_talk, status=400, user=carol.pk, permissions=permissions) == too_high
        assert alice_talk.control(bob, permissions=permissions).json() == too_high
        assert alice_talk.control(alice, permissions=permissions).json() == too_high
    assert bob_talk.row.permissions == PERMISSIONS_ALL
    assert alice_talk.control(bob, permissions=1).json()["permissions"] == 1
    # The default permissions are limited to those of the adding member.
    assert add(alice_talk, user=carol.pk)["permissions"] == 19 & ADDER


def test_errors_of_a_new_member_are_reported_together(alice: Any, bob: Any) -> None:
    alice_talk, _ = talks(thread_with(alice, bob, permissions=ADDER | 512), alice, bob)
    empty, full = published_schema([]), published_schema([{}])
    start_script(alice_talk, full, alice)
    errors = add(
        alice_talk,
        status=400,
        user=bob.pk,
        permissions=PERMISSIONS_ALL,
        state="scripted",
        schema=empty.pk,
        initial_question=question(full, 1).pk,
        automated_sender=bob.pk,
        frequency_value=0,
        on_finish="x",
    )
    assert errors == {
        "user": ["ALREADY_IN_THREAD"],
        "permissions": ["TOO_HIGH"],
        "state": ["ONLY_ONE_SCRIPTED"],
        "schema": ["EMPTY"],
        "initial_question": ["QUESTION_FROM_WRONG_SCHEMA"],
        "automated_sender": ["NOT_ALLOWED"],
        "frequency_value": ["FREQUENCY_VALUE_MUST_BE_POSITIVE"],
        "on_finish": ['"x" is not a valid choice.'],
    }
    assert UserThread.objects.filter(thread_id=alice_talk.thread_id).count() == 2


def test_unknown_missing_or_null_user_gets_the_usual_errors(alice: Any) -> None:
    (alice_talk,) = talks(thread_with(alice), alice)
    assert add(alice_talk, status=400) == {"user": ["This field is required."]}
    assert add(alice_talk, status=400, user=None) == {"user": ["This field may not be null."]}
    missing = ['Invalid pk "999999" - object does not exist.']
    assert add(alice_talk, status=400, user=999999) == {"user": missing}


def test_script_fields_need_control(alice: Any, bob: Any) -> None:
    (alice_talk,) = talks(thread_with(alice, permissions=ADDER), alice)
    errors = add(alice_talk, status=400, user=bob.pk, state="open", group=1, paused=False, permissions=64)
    no = ["NO_PERMISSIONS"]
    assert errors == {"state": no, "group": no, "paused": no, "permissions": ["TOO_HIGH"]}
    assert set(add(alice_talk, user=bob.pk, permissions=1)) == PLAIN


def test_number_of_members_is_limited_by_the_host(alice: Any, bob: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {"THREAD_MEMBERS_MAX": 1}
    (alice_talk,) = talks(thread_with(alice), alice)
    assert add(alice_talk, status=400, user=bob.pk) == {"non_field_errors": ["TOO_MANY_MEMBERS"]}


def test_own_membership_can_always_be_read_and_left_and_changed_with_control_only(
    alice: Any, bob: Any
) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    allow(bob_talk)
    assert seen(bob_talk, bob)["user"] == bob.pk
    assert bob_talk.client.get(f"{bob_talk.path}/users/{alice.pk}").status_code == 403
    for body in ({}, {"permissions": 0}, {"state": "open"}):
        assert bob_talk.control(bob, **body).status_code == 403
    allow(bob_talk, Permission.THREAD_CONTROL_OTHERS)
    assert bob_talk.control(bob, permissions=0).status_code == 200
    assert bob_talk.client.delete(f"{bob_talk.path}/users/{bob.pk}").status_code == 204
    assert not UserThread.objects.filter(user=bob).exists()
    assert alice_talk.thread()["users_data"][0]["id"] == alice.pk


def test_removing_a_member_needs_its_permission(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    allow(bob_talk, Permission.THREAD_READ, Permission.THREAD_CONTROL_OTHERS)
    assert bob_talk.client.delete(f"{bob_talk.path}/users/{alice.pk}").status_code == 403
    alice_talk.say(text="unread by bob")
    assert alice_talk.client.delete(f"{alice_talk.path}/users/{bob.pk}").status_code == 204
    assert bob_talk.client.get(bob_talk.path).status_code == 403
    assert add(alice_talk, user=bob.pk)["user"] == bob.pk
    assert Talk(bob, alice_talk.thread_id).thread()["unread"] == 0


def test_non_member_is_not_found_among_the_members(alice: Any, bob: Any) -> None:
    (alice_talk,) = talks(thread_with(alice), alice)
    for method in ("get", "patch", "put", "delete"):
        for pk in (bob.pk, 999999):
            response = getattr(alice_talk.client, method)(f"{alice_talk.path}/users/{pk}", format="json")
            assert response.status_code == 404, (method, pk)


def test_user_of_a_membership_never_changes_and_put_resets_nothing(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    alice_talk.control(bob, on_finish="close", frequency_unit="days", frequency_value=2)
    before = seen(alice_talk, bob)
    for body in ({}, {"user": alice.pk}):
        response = alice_talk.client.put(f"{alice_talk.path}/users/{bob.pk}", body, format="json")
        assert (response.status_code, response.json()) == (200, before)
    assert bob_talk.row.on_finish == "close"


def test_running_script_can_be_changed_without_a_restart(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    start_script(alice_talk, published_schema([{}, {}]), bob)
    shown = alice_talk.control(bob, on_finish="close", state="scripted", automated_sender=alice.pk).json()
    assert (shown["on_finish"], shown["state"], shown["automated_sender"]) == ("close", "scripted", alice.pk)
    assert ScriptRun.objects.count() == 1
    bob_talk.say(text="a")
    assert bob_talk.messages()[-1]["sender"] == alice.pk
    assert bob_talk.say(text="b")["thread_data"]["state"] == "closed"


@pytest.mark.parametrize("state", ["open", "closed"])
def test_opening_or_closing_a_member_stops_the_script(alice: Any, bob: Any, state: str) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    start_script(alice_talk, published_schema([{}]), bob)
    assert alice_talk.control(bob, state=state).json()["state"] == state
    row = bob_talk.row
    assert (row.question_id, row.related_message_id) == (None, None)
    assert ScriptRun.objects.get().outcome == "broken"


def test_member_can_be_frontend_controlled_or_assisted(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    schema = published_schema([{}])
    for state, cursor in (("scripted_fe_controlled", question(schema, 1).pk), ("assisted", None)):
        assert alice_talk.control(bob, state=state, schema=schema.pk).json()["state"] == state
        assert bob_talk.thread()["question"] == cursor
    assert bob_talk.messages() == []


def test_change_has_an_event_and_no_change_has_none(alice: Any, bob: Any) -> None:
    alice_talk, _ = talks(thread_with(alice, bob), alice, bob)
    alice_talk.control(bob, permissions=1)
    assert events(alice_talk.thread_id) == [("thread_updated", {"user": alice.pk})]
    alice_talk.control(bob)
    assert alice_talk.control(bob, permissions=PERMISSIONS_ALL + 1).status_code == 400
    assert len(events(alice_talk.thread_id)) == 1


def test_members_of_another_thread_cannot_be_changed(alice: Any, bob: Any, carol: Any) -> None:
    (alice_talk,) = talks(thread_with(alice), alice)
    other = thread_with(bob, carol)
    assert alice_talk.client.get(f"{alice_talk.path}/users/{carol.pk}").status_code == 404
    assert alice_talk.client.patch(f"/api/threads/{other.pk}/users/{carol.pk}", {}).status_code == 403
    assert member(other, carol).permissions == PERMISSIONS_ALL


def test_null_permissions_read_as_none(alice: Any) -> None:
    thread = thread_with(alice)
    nobody = UserFactory.create()
    MemberFactory.create(thread=thread, user=nobody, permissions=None)
    (alice_talk,) = talks(thread, alice)
    assert seen(alice_talk, nobody)["permissions"] == 0
    assert alice_talk.control(nobody, permissions=None).json() == {
        "permissions": ["This field may not be null."]
    }
    assert Talk(nobody, thread.pk).client.get(alice_talk.path).status_code == 403


def test_creator_of_a_thread_cannot_control_others(alice: Any, bob: Any) -> None:
    talk = begin(alice, published_schema([{}]))
    assert set(add(talk, user=bob.pk)) == PLAIN
    assert talk.control(bob, state="closed").status_code == 403


def test_two_errors_of_a_change_are_reported_together(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob, permissions=ADDER | 512 | 1024), alice, bob)
    errors = alice_talk.control(bob, permissions=int(Permission.THREAD_ROLLBACK), paused=True)
    assert (errors.status_code, errors.json()) == (
        400,
        {"permissions": ["TOO_HIGH"], "paused": ["WRONG_STATE"]},
    )
    schema, other = published_schema([{}]), published_schema([{"group": "g"}])
    group = other.groups.get().pk
    body = {"state": "scripted", "schema": schema.pk, "group": group, "permissions": PERMISSIONS_ALL}
    both = {"permissions": ["TOO_HIGH"], "group": ["WRONG_VALUE"]}
    assert alice_talk.control(bob, **body).json() == both
    assert add(alice_talk, status=400, user=UserFactory.create().pk, **body) == both
    assert (bob_talk.row.permissions, bob_talk.row.state) == (ADDER | 512 | 1024, "open")


@pytest.mark.parametrize("unknown", [PERMISSIONS_ALL + 1, 2**20, 2**40])
def test_unknown_permission_is_too_high(alice: Any, bob: Any, unknown: int) -> None:
    alice_talk, _ = talks(thread_with(alice, bob), alice, bob)
    too_high = {"permissions": ["TOO_HIGH"]}
    assert alice_talk.control(bob, permissions=unknown).json() == too_high
    assert add(alice_talk, status=400, user=UserFactory.create().pk, permissions=unknown) == too_high


def test_membership_has_the_creation_time_of_the_thread(alice: Any, bob: Any) -> None:
    (alice_talk,) = talks(thread_with(alice), alice)
    add(alice_talk, user=bob.pk)
    row = Talk(bob, alice_talk.thread_id).row
    assert row.created == row.thread.created
