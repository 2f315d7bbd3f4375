"""Listing, adding, changing and removing members."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import ScriptRun, UserThread
from tests.chat.conftest import member, thread_with
from tests.chat.talking import Talk, begin, events, led, question, set_state, talks
from tests.factories import MemberFactory, UserFactory, published_schema

pytestmark = pytest.mark.django_db

PLAIN = {"user", "permissions", "users_data"}
CONTROL = PLAIN | {
    "automated_sender", "frequency_unit", "frequency_value", "repeat_until", "initial_question", "on_finish",
    "schema", "state", "paused",
}  # fmt: skip
ADDER = int(Permission.THREAD_READ | Permission.THREAD_ADD_USER | Permission.MESSAGES_READ)


def added(talk: Talk, *, status: int = 201, **body: Any) -> dict[str, Any]:
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


def test_members_are_a_plain_list_in_the_order_of_joining(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(bob, alice), alice, bob)
    rows = mine.client.get(f"{mine.path}/users").json()
    assert [row["user"] for row in rows] == [bob.pk, alice.pk]
    page = mine.client.get(f"{mine.path}/users?limit=1").json()
    assert [row["user"] for row in page["results"]] == [bob.pk]
    assert bobs.client.get(f"{mine.path}/users?fields=user").json() == [
        {"user": bob.pk},
        {"user": alice.pk},
    ]


def test_the_script_of_a_member_is_seen_with_control_alone(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    assert set(seen(mine, bob)) == CONTROL
    assert seen(mine, bob)["users_data"]["first_name"] == "Bob"
    allow(bobs, Permission.THREAD_READ, Permission.THREAD_BREAK_STATE)
    assert set(seen(bobs, alice)) == PLAIN | {"paused"}
    allow(bobs, Permission.THREAD_READ)
    assert set(seen(bobs, alice)) == PLAIN
    assert all(set(row) == PLAIN for row in bobs.client.get(f"{mine.path}/users").json())


def test_an_added_member_has_the_default_permissions_and_notifications(
    alice: Any, bob: Any, carol: Any, settings: Any
) -> None:
    (mine,) = talks(thread_with(alice), alice)
    assert added(mine, user=bob.pk)["permissions"] == 19
    row = Talk(bob, mine.thread_id).row
    assert (row.notifications, row.state, row.type) == (3, "open", "chat")
    settings.CHAT_SETTINGS = {"THREAD_PERMISSIONS_DEFAULT": 1}
    assert added(mine, user=carol.pk)["permissions"] == 1


def test_nobody_gives_more_than_he_has(alice: Any, bob: Any, carol: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    set_state(mine, permissions=ADDER | Permission.THREAD_CONTROL_OTHERS)
    too_high = {"permissions": ["TOO_HIGH"]}
    for permissions in (PERMISSIONS_ALL, int(Permission.THREAD_EDIT), ADDER | Permission.MESSAGES_CREATE):
        assert added(mine, status=400, user=carol.pk, permissions=permissions) == too_high
        assert mine.control(bob, permissions=permissions).json() == too_high
        assert mine.control(alice, permissions=permissions).json() == too_high
    assert bobs.row.permissions == PERMISSIONS_ALL
    assert mine.control(bob, permissions=1).json()["permissions"] == 1
    # What he would get by default is cut to what the adder has.
    assert added(mine, user=carol.pk)["permissions"] == 19 & ADDER


def test_everything_wrong_with_a_new_member_comes_at_once(alice: Any, bob: Any) -> None:
    mine, _ = talks(thread_with(alice, bob, permissions=ADDER | 512), alice, bob)
    empty, full = published_schema([]), published_schema([{}])
    led(mine, full, alice)
    errors = added(
        mine,
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
    assert UserThread.objects.filter(thread_id=mine.thread_id).count() == 2


def test_an_unknown_missing_or_null_user_gets_the_usual_texts(alice: Any) -> None:
    (mine,) = talks(thread_with(alice), alice)
    assert added(mine, status=400) == {"user": ["This field is required."]}
    assert added(mine, status=400, user=None) == {"user": ["This field may not be null."]}
    missing = ['Invalid pk "999999" - object does not exist.']
    assert added(mine, status=400, user=999999) == {"user": missing}


def test_without_control_the_keys_of_a_script_are_refused(alice: Any, bob: Any) -> None:
    (mine,) = talks(thread_with(alice, permissions=ADDER), alice)
    errors = added(mine, status=400, user=bob.pk, state="open", group=1, paused=False, permissions=64)
    no = ["NO_PERMISSIONS"]
    assert errors == {"state": no, "group": no, "paused": no, "permissions": ["TOO_HIGH"]}
    assert set(added(mine, user=bob.pk, permissions=1)) == PLAIN


def test_a_thread_has_no_more_members_than_the_host_allows(alice: Any, bob: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {"THREAD_MEMBERS_MAX": 1}
    (mine,) = talks(thread_with(alice), alice)
    assert added(mine, status=400, user=bob.pk) == {"non_field_errors": ["TOO_MANY_MEMBERS"]}


def test_ones_own_row_is_read_and_left_always_and_changed_with_control_only(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    allow(bobs)
    assert seen(bobs, bob)["user"] == bob.pk
    assert bobs.client.get(f"{bobs.path}/users/{alice.pk}").status_code == 403
    for body in ({}, {"permissions": 0}, {"state": "open"}):
        assert bobs.control(bob, **body).status_code == 403
    allow(bobs, Permission.THREAD_CONTROL_OTHERS)
    assert bobs.control(bob, permissions=0).status_code == 200
    assert bobs.client.delete(f"{bobs.path}/users/{bob.pk}").status_code == 204
    assert not UserThread.objects.filter(user=bob).exists()
    assert mine.thread()["users_data"][0]["id"] == alice.pk


def test_another_is_removed_with_the_flag_only(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    allow(bobs, Permission.THREAD_READ, Permission.THREAD_CONTROL_OTHERS)
    assert bobs.client.delete(f"{bobs.path}/users/{alice.pk}").status_code == 403
    mine.say(text="unread by bob")
    assert mine.client.delete(f"{mine.path}/users/{bob.pk}").status_code == 204
    assert bobs.client.get(bobs.path).status_code == 403
    assert added(mine, user=bob.pk)["user"] == bob.pk
    assert Talk(bob, mine.thread_id).thread()["unread"] == 0


def test_somebody_who_is_no_member_is_not_found(alice: Any, bob: Any) -> None:
    (mine,) = talks(thread_with(alice), alice)
    for method in ("get", "patch", "put", "delete"):
        for pk in (bob.pk, 999999):
            response = getattr(mine.client, method)(f"{mine.path}/users/{pk}", format="json")
            assert response.status_code == 404, (method, pk)


def test_the_user_of_a_membership_never_changes_and_put_resets_nothing(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    mine.control(bob, on_finish="close", frequency_unit="days", frequency_value=2)
    before = seen(mine, bob)
    for body in ({}, {"user": alice.pk}):
        response = mine.client.put(f"{mine.path}/users/{bob.pk}", body, format="json")
        assert (response.status_code, response.json()) == (200, before)
    assert bobs.row.on_finish == "close"


def test_a_script_is_changed_on_the_way_without_starting_anew(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    led(mine, published_schema([{}, {}]), bob)
    shown = mine.control(bob, on_finish="close", state="scripted", automated_sender=alice.pk).json()
    assert (shown["on_finish"], shown["state"], shown["automated_sender"]) == ("close", "scripted", alice.pk)
    assert ScriptRun.objects.count() == 1
    bobs.say(text="a")
    assert bobs.messages()[-1]["sender"] == alice.pk
    assert bobs.say(text="b")["thread_data"]["state"] == "closed"


@pytest.mark.parametrize("state", ["open", "closed"])
def test_a_script_is_stopped_by_another_state(alice: Any, bob: Any, state: str) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    led(mine, published_schema([{}]), bob)
    assert mine.control(bob, state=state).json()["state"] == state
    row = bobs.row
    assert (row.question_id, row.related_message_id) == (None, None)
    assert ScriptRun.objects.get().outcome == "broken"


def test_a_member_can_be_led_by_the_frontend_or_assisted(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    schema = published_schema([{}])
    for state, cursor in (("scripted_fe_controlled", question(schema, 1).pk), ("assisted", None)):
        assert mine.control(bob, state=state, schema=schema.pk).json()["state"] == state
        assert bobs.thread()["question"] == cursor
    assert bobs.messages() == []


def test_a_change_is_an_event_and_no_change_is_none(alice: Any, bob: Any) -> None:
    mine, _ = talks(thread_with(alice, bob), alice, bob)
    mine.control(bob, permissions=1)
    assert events(mine.thread_id) == [("thread_updated", {"user": alice.pk})]
    mine.control(bob)
    assert mine.control(bob, permissions=PERMISSIONS_ALL + 1).status_code == 400
    assert len(events(mine.thread_id)) == 1


def test_members_of_another_thread_are_out_of_reach(alice: Any, bob: Any, carol: Any) -> None:
    (mine,) = talks(thread_with(alice), alice)
    other = thread_with(bob, carol)
    assert mine.client.get(f"{mine.path}/users/{carol.pk}").status_code == 404
    assert mine.client.patch(f"/api/threads/{other.pk}/users/{carol.pk}", {}).status_code == 403
    assert member(other, carol).permissions == PERMISSIONS_ALL


def test_null_permissions_read_as_none(alice: Any) -> None:
    thread = thread_with(alice)
    nobody = UserFactory.create()
    MemberFactory.create(thread=thread, user=nobody, permissions=None)
    (mine,) = talks(thread, alice)
    assert seen(mine, nobody)["permissions"] == 0
    assert mine.control(nobody, permissions=None).json() == {"permissions": ["This field may not be null."]}
    assert Talk(nobody, thread.pk).client.get(mine.path).status_code == 403


def test_who_makes_a_thread_cannot_lead_anybody(alice: Any, bob: Any) -> None:
    talk = begin(alice, published_schema([{}]))
    assert set(added(talk, user=bob.pk)) == PLAIN
    assert talk.control(bob, state="closed").status_code == 403


def test_a_change_with_two_errors_tells_both(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob, permissions=ADDER | 512 | 1024), alice, bob)
    errors = mine.control(bob, permissions=int(Permission.THREAD_ROLLBACK), paused=True)
    assert (errors.status_code, errors.json()) == (
        400,
        {"permissions": ["TOO_HIGH"], "paused": ["WRONG_STATE"]},
    )
    schema, other = published_schema([{}]), published_schema([{"group": "g"}])
    group = other.groups.get().pk
    body = {"state": "scripted", "schema": schema.pk, "group": group, "permissions": PERMISSIONS_ALL}
    both = {"permissions": ["TOO_HIGH"], "group": ["WRONG_VALUE"]}
    assert mine.control(bob, **body).json() == both
    assert added(mine, status=400, user=UserFactory.create().pk, **body) == both
    assert (bobs.row.permissions, bobs.row.state) == (ADDER | 512 | 1024, "open")


@pytest.mark.parametrize("unknown", [PERMISSIONS_ALL + 1, 2**20, 2**40])
def test_an_unknown_permission_is_too_high(alice: Any, bob: Any, unknown: int) -> None:
    mine, _ = talks(thread_with(alice, bob), alice, bob)
    too_high = {"permissions": ["TOO_HIGH"]}
    assert mine.control(bob, permissions=unknown).json() == too_high
    assert added(mine, status=400, user=UserFactory.create().pk, permissions=unknown) == too_high


def test_an_added_member_has_been_there_as_long_as_the_thread(alice: Any, bob: Any) -> None:
    (mine,) = talks(thread_with(alice), alice)
    added(mine, user=bob.pk)
    row = Talk(bob, mine.thread_id).row
    assert row.created == row.thread.created
