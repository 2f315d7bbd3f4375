"""Assignments of one thread at the same time, on PostgreSQL with real threads."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from chat_api.chat.models import Thread
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import events
from tests.chat.test_races import assert_events_have_no_gap, at_once
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres_only]

ROUNDS = 25


def assigning(thread: Thread, by: Any, to: Any) -> Callable[[], Any]:
    """Return a function that assigns the thread, as one user, to another."""
    path, body = f"/api/threads/{thread.pk}/assignment", {"assigned_to": None if to is None else to.pk}
    return lambda: client_of(by).patch(path, body, format="json").status_code


def test_last_of_two_assignments_at_once_wins_and_both_are_logged_in_order() -> None:
    alice, bob = UserFactory.create_batch(2)
    thread = thread_with(alice, bob)
    for number in range(1, ROUNDS + 1):
        assert at_once(assigning(thread, alice, alice), assigning(thread, bob, bob)) == [200, 200]
        thread.refresh_from_db()
        logged = events(thread.pk)
        # One for each of them, and one for each time that the thread was given back.
        assert len(logged) == 3 * number - 1
        assert logged[-1] == ("thread_updated", {"user": thread.assigned_to_id})
        assert {data["user"] for _, data in logged[-2:]} == {alice.pk, bob.pk}
        assert assigning(thread, alice, None)() == 200
    assert_events_have_no_gap(thread)


def test_equal_assignments_at_once_are_logged_once() -> None:
    alice, bob = UserFactory.create_batch(2)
    thread = thread_with(alice, bob)
    for number in range(1, ROUNDS + 1):
        to = (bob, None)[(number - 1) % 2]
        assert at_once(*[assigning(thread, by, to) for by in (alice, bob)]) == [200, 200]
        assert len(events(thread.pk)) == number


def test_member_who_is_removed_at_once_does_not_keep_the_thread() -> None:
    alice = UserFactory.create()
    for _ in range(ROUNDS):
        bob = UserFactory.create()
        thread = thread_with(alice, bob)
        removing = partial(client_of(alice).delete, f"/api/threads/{thread.pk}/users/{bob.pk}")
        removed, status = at_once(removing, assigning(thread, alice, bob))
        assert removed.status_code == 204
        assert status in (200, 400)
        thread.refresh_from_db()
        assert thread.assigned_to_id is None
        assert_events_have_no_gap(thread)


def test_deleted_member_does_not_keep_the_thread() -> None:
    alice = UserFactory.create()
    for _ in range(ROUNDS):
        bob = UserFactory.create()
        thread = thread_with(alice, bob)
        _, status = at_once(bob.delete, assigning(thread, alice, type(bob)(pk=bob.pk)))
        assert status in (200, 400)
        thread.refresh_from_db()
        assert thread.assigned_to_id is None
