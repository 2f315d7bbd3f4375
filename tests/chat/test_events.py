"""The event log of a thread: every change has events, numbered without a gap; refused requests have none."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import TestCase
from django.utils import timezone

from chat_api.chat import actions
from chat_api.chat.models import Thread
from chat_api.chat.signals import chat_api_thread_schema_completed, thread_state_changed
from chat_api.lib.db.transactions import atomic
from chat_api.realtime.models import ThreadEvent
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import Talk, begin, events, question, set_state, start_script, talks
from tests.databases import connection
from tests.factories import UserFactory, published_schema

pytestmark = pytest.mark.django_db

CREATED = "message_created_or_updated"
READ = "messages_read"
UPDATED = "thread_updated"


@pytest.fixture
def both(alice: Any, bob: Any) -> list[Talk]:
    return talks(thread_with(alice, bob), alice, bob)


def new(talk: Talk, do: Callable[[], Any]) -> list[str]:
    """Call `do` and return the names of the events that it wrote."""
    before = len(events(talk.thread_id))
    do()
    return [name for name, _ in events(talk.thread_id)[before:]]


def test_new_thread_begins_its_history(alice: Any) -> None:
    made = client_of(alice).post(f"/api/accounts/{alice.pk}/threads/chat", {}, format="json").json()
    assert events(made["id"]) == [(UPDATED, {"user": alice.pk})]
    talk = begin(alice, published_schema([{"type": "message"}, {}]))
    assert [name for name, _ in events(talk.thread_id)] == [CREATED, CREATED, UPDATED]


def test_messages_have_their_events(both: list[Talk]) -> None:
    alice_talk, bob_talk = both
    assert new(alice_talk, lambda: alice_talk.say(text="a")) == [CREATED]
    said = alice_talk.messages()[0]
    path = f"{alice_talk.path}/messages/{said['id']}"
    assert new(alice_talk, lambda: alice_talk.client.patch(path, {"text": "b"}, format="json")) == [CREATED]
    assert new(alice_talk, lambda: bob_talk.client.get(path)) == [READ]
    assert new(alice_talk, lambda: bob_talk.client.get(path)) == []
    assert new(alice_talk, lambda: alice_talk.client.delete(path)) == [CREATED, UPDATED]
    assert events(alice_talk.thread_id)[-2][1] == {"message": said["id"], "deleted": True}
    assert new(alice_talk, lambda: bob_talk.patch(notifications=1)) == [UPDATED]


def test_attachments_have_their_events(both: list[Talk]) -> None:
    alice_talk, _ = both
    path = f"{alice_talk.path}/messages/{alice_talk.say(text='a')['id']}/attachments"
    body = {"type": "youtube", "url": "https://www.youtube.com/watch?v=abcdefghijk"}
    made: dict[str, Any] = {}
    assert new(alice_talk, lambda: made.update(alice_talk.client.post(path, body, format="json").json())) == [
        CREATED
    ]
    one = f"{path}/{made['id']}"
    assert new(alice_talk, lambda: alice_talk.client.patch(one, {"title": "t"}, format="json")) == [CREATED]
    assert new(alice_talk, lambda: alice_talk.client.delete(one)) == [CREATED]


def test_scripts_have_their_events(both: list[Talk]) -> None:
    alice_talk, bob_talk = both
    schema = published_schema([{}, {"type": "control"}, {}])
    assert new(alice_talk, lambda: start_script(alice_talk, schema, bob_talk.user)) == [CREATED, UPDATED]
    assert new(alice_talk, lambda: bob_talk.say(text="a")) == [CREATED, CREATED]
    assert new(alice_talk, bob_talk.confirm) == [CREATED]
    assert new(alice_talk, lambda: bob_talk.say(text="end")) == [CREATED, UPDATED]
    start_script(alice_talk, schema, bob_talk.user)
    assert new(alice_talk, lambda: alice_talk.control(bob_talk.user, paused=True)) == [UPDATED]
    assert new(alice_talk, lambda: alice_talk.control(bob_talk.user, paused=False)) == [UPDATED]
    assert new(alice_talk, lambda: alice_talk.say(text="x", break_state=True)) == [CREATED, UPDATED]


def test_membership_and_thread_have_their_events(both: list[Talk]) -> None:
    alice_talk, bob_talk = both
    other = UserFactory.create()
    users = f"{alice_talk.path}/users"
    assert new(alice_talk, lambda: alice_talk.client.post(users, {"user": other.pk}, format="json")) == [
        UPDATED
    ]
    assert new(alice_talk, lambda: alice_talk.client.delete(f"{users}/{other.pk}")) == [UPDATED]
    assert new(alice_talk, lambda: alice_talk.patch(title="T", state="closed")) == [UPDATED]
    assert new(alice_talk, lambda: alice_talk.say(text="reopens")) == [CREATED, UPDATED]
    assert new(alice_talk, lambda: bob_talk.client.delete(bob_talk.path)) == [UPDATED]


def test_every_event_of_a_state_names_the_user_who_changed_it(both: list[Talk]) -> None:
    alice_talk, bob_talk = both
    alice, bob = alice_talk.user, bob_talk.user
    schema = published_schema([{}, {}])
    daily = {"on_finish": "repeat", "frequency_unit": "days", "frequency_value": 1}

    def restart() -> None:
        set_state(bob_talk, next_restart=timezone.now())
        call_command("restart_due_scripts")

    changes: list[tuple[Callable[[], Any], Any, tuple[str, bool]]] = [
        (lambda: start_script(alice_talk, schema, bob), alice.pk, ("scripted", False)),
        (lambda: alice_talk.control(bob, paused=True), alice.pk, ("open", True)),
        (lambda: bob_talk.control(bob, paused=False), bob.pk, ("scripted", False)),
        (lambda: alice_talk.say(text="x", break_state=True), alice.pk, ("open", False)),
        (lambda: start_script(bob_talk, schema, bob, on_finish="close"), bob.pk, ("scripted", False)),
        (lambda: (bob_talk.say(text="1"), bob_talk.say(text="2")), bob.pk, ("closed", False)),
        (lambda: alice_talk.patch(state="open"), alice.pk, ("open", False)),
        (lambda: bob_talk.patch(state="closed"), bob.pk, ("closed", False)),
        (lambda: alice_talk.say(text="reopens"), alice.pk, ("open", False)),
        (lambda: start_script(alice_talk, schema, bob, **daily), alice.pk, ("scripted", False)),
        (lambda: (bob_talk.say(text="1"), bob_talk.say(text="2")), bob.pk, ("scripted", False)),
        (restart, None, ("scripted", False)),
        (lambda: alice_talk.control(bob, state="assisted"), alice.pk, ("assisted", False)),
        (lambda: alice_talk.control(bob, state="open"), alice.pk, ("open", False)),
    ]
    for number, (change, who, state) in enumerate(changes):
        before = len(events(alice_talk.thread_id))
        change()
        made = [data["user"] for name, data in events(alice_talk.thread_id)[before:] if name == UPDATED]
        assert (number, made, (bob_talk.row.state, bob_talk.row.paused)) == (number, [who], state)


def test_request_that_changes_nothing_has_no_event(both: list[Talk]) -> None:
    alice_talk, bob_talk = both
    name = str(uuid.uuid4())
    alice_talk.say(text="a", client_id=name)
    bob_talk.client.get(f"{bob_talk.path}/messages?limit=5")
    nothing: list[Callable[[], Any]] = [
        lambda: alice_talk.post(client_id=name),
        alice_talk.patch,
        lambda: alice_talk.patch(title=alice_talk.thread()["title"], state="open", notifications=3),
        lambda: alice_talk.control(bob_talk.user, paused=False),
        lambda: bob_talk.client.get(f"{bob_talk.path}/messages?limit=5"),
        lambda: bob_talk.client.post(f"{bob_talk.path}/read", {"up_to": 10**6}, format="json"),
        lambda: alice_talk.client.options(alice_talk.path),
        alice_talk.thread,
        lambda: call_command("restart_due_scripts"),
    ]
    for do in nothing:
        assert new(alice_talk, do) == []


def test_refused_request_has_no_event_and_moves_no_script(both: list[Talk], carol: Any) -> None:
    alice_talk, bob_talk = both
    schema, empty = published_schema([{"type": "int"}, {}]), published_schema([])
    start_script(alice_talk, schema, bob_talk.user)
    other = question(schema, 2).pk
    refused: list[tuple[int, Callable[[], Any]]] = [
        (400, lambda: bob_talk.post(text="no number")),
        (400, lambda: bob_talk.post(text="5", question=other)),
        (400, lambda: bob_talk.post(text="5", type="automated_message")),
        (400, lambda: alice_talk.post(text="x", answers=[1])),
        (400, lambda: alice_talk.control(alice_talk.user, state="scripted", schema=schema.pk)),
        (400, lambda: alice_talk.control(bob_talk.user, state="scripted", schema=empty.pk)),
        (400, lambda: alice_talk.control(bob_talk.user, permissions=2**20)),
        (
            400,
            lambda: alice_talk.client.post(
                f"{alice_talk.path}/users", {"user": bob_talk.user.pk}, format="json"
            ),
        ),
        (400, bob_talk.roll_back),
        (400, alice_talk.roll_back),
        (400, lambda: alice_talk.patch(state="assisted")),
        (404, lambda: alice_talk.client.delete(f"{alice_talk.path}/messages/999999")),
        (404, lambda: alice_talk.client.delete(f"{alice_talk.path}/users/{carol.pk}")),
        (403, lambda: Talk(carol, alice_talk.thread_id).post(text="x")),
    ]
    before = (ThreadEvent.objects.count(), bob_talk.row.question_id, alice_talk.texts())
    for status, do in refused:
        assert do().status_code == status
        assert (ThreadEvent.objects.count(), bob_talk.row.question_id, alice_talk.texts()) == before


def test_events_are_numbered_per_thread(alice: Any) -> None:
    one, two = (talks(thread_with(alice), alice)[0] for _ in range(2))
    for text in "abc":
        one.say(text=text)
        two.say(text=text)
    assert len(events(one.thread_id)) == len(events(two.thread_id)) == 3


@atomic
def send_and_fail(talk: Talk) -> None:
    actions.send_message(author=talk.row, draft=actions.Draft(text="a"))
    raise ZeroDivisionError


def test_rollback_by_the_host_removes_messages_events_and_signals(alice: Any) -> None:
    talk = begin(alice, published_schema([{}]))
    before = events(talk.thread_id)
    got: list[Any] = []

    def listen(**arguments: Any) -> None:
        got.append(arguments)

    chat_api_thread_schema_completed.connect(listen)
    try:
        with (
            TestCase.captureOnCommitCallbacks(using=connection.alias, execute=True),
            pytest.raises(ZeroDivisionError),
        ):
            send_and_fail(talk)
    finally:
        chat_api_thread_schema_completed.disconnect(listen)
    assert (got, events(talk.thread_id)) == ([], before)


@pytest.fixture
def changed() -> Any:
    got: list[Any] = []

    def listen(sender: Any, thread: Any, state: Any, previous_state: Any, user: Any, **_: Any) -> None:
        got.append((sender, thread.pk, state, previous_state, user))

    thread_state_changed.connect(listen)
    yield got
    thread_state_changed.disconnect(listen)


def test_state_change_is_signalled_once_after_commit(both: list[Talk], changed: list[Any]) -> None:
    alice_talk, bob_talk = both
    start_script(alice_talk, published_schema([{}]), bob_talk.user)
    with TestCase.captureOnCommitCallbacks(using=connection.alias, execute=True):
        bob_talk.patch(state="closed")
        assert changed == []
    assert changed == [(Thread, alice_talk.thread_id, "closed", "scripted", bob_talk.user)]


def test_signal_is_sent_if_the_state_of_any_member_changed(both: list[Talk], changed: list[Any]) -> None:
    alice_talk, bob_talk = both
    with TestCase.captureOnCommitCallbacks(using=connection.alias, execute=True):
        alice_talk.patch(state="open")
        alice_talk.patch(title="T")
        alice_talk.patch(state="scripted")
    assert changed == []
    set_state(bob_talk, state="closed")
    with TestCase.captureOnCommitCallbacks(using=connection.alias, execute=True):
        alice_talk.patch(state="open")
    assert changed == [(Thread, alice_talk.thread_id, "open", "open", alice_talk.user)]


def test_failing_receiver_affects_neither_request_nor_other_receivers(
    both: list[Talk], changed: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    alice_talk, _ = both

    def fails(**_: Any) -> None:
        raise RuntimeError("a host's fault")

    thread_state_changed.connect(fails)
    try:
        with TestCase.captureOnCommitCallbacks(using=connection.alias, execute=True):
            assert alice_talk.patch(state="closed").status_code == 200
    finally:
        thread_state_changed.disconnect(fails)
    assert len(changed) == 1
    assert "a host's fault" in caplog.text
