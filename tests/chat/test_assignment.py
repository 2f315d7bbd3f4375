"""`threads/{id}/assignment`: the user who looks after a thread."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.api import assign_thread
from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import Thread
from tests.chat.conftest import client_of, member, thread_with
from tests.chat.talking import Talk, events
from tests.chat.test_query_counts import count, per_database
from tests.factories import MemberFactory, UserFactory

pytestmark = pytest.mark.django_db

NOT_ALLOWED = {"assigned_to": ["NOT_ALLOWED"]}


def assign(thread: Thread, by: Any, to: Any) -> Any:
    body = {"assigned_to": getattr(to, "pk", to)}
    return client_of(by).patch(f"/api/threads/{thread.pk}/assignment", body, format="json")


def assigned(thread: Thread) -> Any:
    return Thread.objects.get(pk=thread.pk).assigned_to


@pytest.fixture
def staff(db: None) -> Any:
    return UserFactory.create(username="staff", is_staff=True)


def test_thread_is_assigned_taken_over_and_given_back(alice: Any, bob: Any) -> None:
    thread = thread_with(alice, bob)
    shown = Talk(alice, thread.pk).thread()
    assert shown["assigned_to"] is None
    for to in (alice, bob, None):
        answer = assign(thread, bob, to)
        expected = None if to is None else to.pk
        assert (answer.status_code, answer.json()) == (200, {"id": thread.pk, "assigned_to": expected})
        assert Talk(alice, thread.pk).thread() == {**shown, "assigned_to": expected}
        listed = client_of(bob).get(f"/api/accounts/{bob.pk}/threads/chat?limit=5").json()["results"]
        assert [row["assigned_to"] for row in listed] == [expected]
    assert events(thread.pk) == [("thread_updated", {"user": bob.pk})] * 3


def test_members_get_the_assignment_in_their_own_frames(alice: Any, bob: Any) -> None:
    thread = thread_with(alice, bob)
    assign(thread, bob, bob)
    for user in (alice, bob):
        shown = client_of(user).get(f"/api/threads/{thread.pk}/events?after=0").json()
        (frame,) = shown["events"]
        assert frame["message"] == "thread_updated"
        assert frame["data"] == Talk(user, thread.pk).thread()
        assert frame["data"]["assigned_to"] == bob.pk


def test_nothing_is_logged_if_nothing_changes(alice: Any, bob: Any) -> None:
    thread = thread_with(alice, bob)
    assert assign(thread, alice, None).status_code == 200
    assert events(thread.pk) == []
    for _ in range(2):
        assert assign(thread, alice, bob).json()["assigned_to"] == bob.pk
    assert len(events(thread.pk)) == 1


def test_staff_assign_without_being_members_and_see_nothing_else(alice: Any, staff: Any) -> None:
    thread = thread_with(alice)
    for to in (staff, alice):
        answer = assign(thread, staff, to)
        assert (answer.status_code, answer.json()) == (200, {"id": thread.pk, "assigned_to": to.pk})
    assert not thread.users.filter(user=staff).exists()
    assert events(thread.pk) == [("thread_updated", {"user": staff.pk})] * 2


def test_strangers_and_missing_accounts_give_the_same_error(alice: Any, bob: Any, staff: Any) -> None:
    thread = thread_with(alice)
    inactive = [UserFactory.create(is_active=False, is_staff=is_staff) for is_staff in (False, True)]
    MemberFactory.create(thread=thread, user=inactive[0])
    for by in (alice, staff):
        for to in (bob, *inactive, 10**6, 10**30, -1):
            refused = assign(thread, by, to)
            assert (refused.status_code, refused.json()) == (400, NOT_ALLOWED)
    assert assigned(thread) is None
    assert events(thread.pk) == []


def test_members_are_chosen_only_by_those_who_see_them(alice: Any, bob: Any, staff: Any) -> None:
    thread = thread_with(alice, bob)
    thread.users.filter(user=alice).update(permissions=Permission.THREAD_CONTROL_OTHERS)
    assert assign(thread, alice, bob).json() == NOT_ALLOWED
    for to in (alice, staff, None):
        assert assign(thread, alice, to).status_code == 200


@pytest.mark.parametrize("value", [True, 1.5, "x", [], {}, "\x00"])
def test_wrong_values_are_errors(alice: Any, value: Any) -> None:
    answer = assign(thread_with(alice), alice, value)
    assert (answer.status_code, list(answer.json())) == (400, ["assigned_to"])


def test_value_is_required(alice: Any) -> None:
    thread = thread_with(alice)
    for body in ({}, {"assigned": alice.pk}):
        answer = client_of(alice).patch(f"/api/threads/{thread.pk}/assignment", body, format="json")
        assert (answer.status_code, list(answer.json())) == (400, ["assigned_to"])


def test_missing_thread_is_refused_and_not_found_by_staff(alice: Any, bob: Any, staff: Any) -> None:
    hidden = thread_with(bob)
    missing = Thread(pk=10**6)
    refused = [assign(thread, alice, None) for thread in (hidden, missing)]
    assert [answer.status_code for answer in refused] == [403, 403]
    assert refused[0].content == refused[1].content
    assert assign(missing, staff, None).status_code == 404
    assert assign(Thread(pk=10**30), staff, None).status_code == 404


def test_host_decides_who_assigns_and_which_default_members_see_others(
    alice: Any, bob: Any, staff: Any, settings: Any
) -> None:
    thread = thread_with(alice, permissions=0)
    settings.CHAT_SETTINGS = {"PERMISSIONS_THREAD_ASSIGNMENT": "rest_framework.permissions.IsAuthenticated"}
    assert assign(thread, alice, alice).status_code == 200
    settings.CHAT_SETTINGS = {"DEFAULT_USER_THREAD": "tests.chat.test_assignment.without_permissions"}
    assert assign(thread, staff, staff).status_code == 200
    assert assign(thread, staff, alice).json() == NOT_ALLOWED


def without_permissions(thread: Any, user: Any) -> Any:
    return MemberFactory.build(thread=thread, user=user, permissions=0)


def test_deleted_user_looks_after_no_thread(alice: Any, bob: Any, staff: Any) -> None:
    threads = [thread_with(alice, bob), thread_with(alice)]
    assign(threads[0], alice, bob)
    assign(threads[1], alice, staff)
    bob.delete()
    staff.delete()
    assert [assigned(thread) for thread in threads] == [None, None]
    frame = client_of(alice).get(f"/api/threads/{threads[0].pk}/events?after=1").json()["events"][-1]
    assert (frame["message"], frame["data"]["assigned_to"]) == ("thread_updated", None)


def test_member_who_leaves_or_is_removed_gives_the_thread_back(alice: Any, bob: Any) -> None:
    for by in (bob, alice):
        thread = thread_with(alice, bob)
        assign(thread, alice, bob)
        path = f"/api/threads/{thread.pk}/users/{bob.pk}"
        assert client_of(by).delete(path).status_code == 204
        assert assigned(thread) is None
        assert len(events(thread.pk)) == 2
    other = thread_with(alice, bob)
    assign(other, alice, alice)
    client_of(bob).delete(f"/api/threads/{other.pk}/users/{bob.pk}")
    assert assigned(other) == alice


def test_host_assigns_to_anybody(alice: Any, bob: Any) -> None:
    thread = thread_with(alice)
    assert assign_thread(thread_id=thread.pk, user=bob).assigned_to == bob
    assert assign_thread(thread_id=thread.pk, user=None).assigned_to is None
    assert events(thread.pk) == [("thread_updated", {"user": None})] * 2
    with pytest.raises(Thread.DoesNotExist):
        assign_thread(thread_id=10**6, user=bob)


def test_selected_field_is_the_only_one_looked_up(alice: Any, bob: Any) -> None:
    thread = thread_with(alice, bob)
    assign(thread, alice, bob)
    path = f"/api/threads/{thread.pk}?fields=id,assigned_to"
    assert client_of(alice).get(path).json() == {"id": thread.pk, "assigned_to": bob.pk}
    assert count(client_of(alice), "get", path) == 2
    assert count(client_of(alice), "get", f"/api/threads/{thread.pk}?fields=id") == 1


def test_assignment_costs_the_same_however_many_members() -> None:
    counts = []
    for members in (2, 200):
        users = UserFactory.create_batch(members)
        thread = thread_with(*users)
        path = f"/api/threads/{thread.pk}/assignment"
        counts.append(count(client_of(users[0]), "patch", path, {"assigned_to": users[1].pk}))
        assert member(thread, users[1]).permissions == PERMISSIONS_ALL
    assert counts == [per_database(postgres=6, sqlite=7)] * 2
