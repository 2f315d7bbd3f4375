"""The history of a thread: every change has its events, numbered without a gap; what is refused has none."""

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
from tests.chat.talking import Talk, begin, events, led, question, set_state, talks
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
    """Do something and give the names of the events that it made."""
    before = len(events(talk.thread_id))
    do()
    return [name for name, _ in events(talk.thread_id)[before:]]


def test_a_new_thread_begins_its_history(alice: Any) -> None:
    made = client_of(alice).post(f"/api/accounts/{alice.pk}/threads/chat", {}, format="json").json()
    assert events(made["id"]) == [(UPDATED, {"user": alice.pk})]
    talk = begin(alice, published_schema([{"type": "message"}, {}]))
    assert [name for name, _ in events(talk.thread_id)] == [CREATED, CREATED, UPDATED]


def test_messages_have_their_events(both: list[Talk]) -> None:
    mine, bobs = both
    assert new(mine, lambda: mine.say(text="a")) == [CREATED]
    said = mine.messages()[0]
    path = f"{mine.path}/messages/{said['id']}"
    assert new(mine, lambda: mine.client.patch(path, {"text": "b"}, format="json")) == [CREATED]
    assert new(mine, lambda: bobs.client.get(path)) == [READ]
    assert new(mine, lambda: bobs.client.get(path)) == []
    assert new(mine, lambda: mine.client.delete(path)) == [CREATED, UPDATED]
    assert events(mine.thread_id)[-2][1] == {"message": said["id"], "deleted": True}
    assert new(mine, lambda: bobs.patch(notifications=1)) == [UPDATED]


def test_attachments_have_their_events(both: list[Talk]) -> None:
    mine, _ = both
    path = f"{mine.path}/messages/{mine.say(text='a')['id']}/attachments"
    body = {"type": "youtube", "url": "https://www.youtube.com/watch?v=abcdefghijk"}
    made: dict[str, Any] = {}
    assert new(mine, lambda: made.update(mine.client.post(path, body, format="json").json())) == [CREATED]
    one = f"{path}/{made['id']}"
    assert new(mine, lambda: mine.client.patch(one, {"title": "t"}, format="json")) == [CREATED]
    assert new(mine, lambda: mine.client.delete(one)) == [CREATED]


def test_scripts_have_their_events(both: list[Talk]) -> None:
    mine, bobs = both
    schema = published_schema([{}, {"type": "control"}, {}])
    assert new(mine, lambda: led(mine, schema, bobs.user)) == [CREATED, UPDATED]
    assert new(mine, lambda: bobs.say(text="a")) == [CREATED, CREATED]
    assert new(mine, bobs.confirm) == [CREATED]
    assert new(mine, lambda: bobs.say(text="end")) == [CREATED, UPDATED]
    led(mine, schema, bobs.user)
    assert new(mine, lambda: mine.control(bobs.user, paused=True)) == [UPDATED]
    assert new(mine, lambda: mine.control(bobs.user, paused=False)) == [UPDATED]
    assert new(mine, lambda: mine.say(text="x", break_state=True)) == [CREATED, UPDATED]


def test_membership_and_thread_have_their_events(both: list[Talk]) -> None:
    mine, bobs = both
    other = UserFactory.create()
    users = f"{mine.path}/users"
    assert new(mine, lambda: mine.client.post(users, {"user": other.pk}, format="json")) == [UPDATED]
    assert new(mine, lambda: mine.client.delete(f"{users}/{other.pk}")) == [UPDATED]
    assert new(mine, lambda: mine.patch(title="T", state="closed")) == [UPDATED]
    assert new(mine, lambda: mine.say(text="reopens")) == [CREATED, UPDATED]
    assert new(mine, lambda: bobs.client.delete(bobs.path)) == [UPDATED]


def test_every_change_of_a_state_says_who_made_it(both: list[Talk]) -> None:
    mine, bobs = both
    alice, bob = mine.user, bobs.user
    schema = published_schema([{}, {}])
    daily = {"on_finish": "repeat", "frequency_unit": "days", "frequency_value": 1}

    def restart() -> None:
        set_state(bobs, next_restart=timezone.now())
        call_command("restart_due_scripts")

    changes: list[tuple[Callable[[], Any], Any, tuple[str, bool]]] = [
        (lambda: led(mine, schema, bob), alice.pk, ("scripted", False)),
        (lambda: mine.control(bob, paused=True), alice.pk, ("open", True)),
        (lambda: bobs.control(bob, paused=False), bob.pk, ("scripted", False)),
        (lambda: mine.say(text="x", break_state=True), alice.pk, ("open", False)),
        (lambda: led(bobs, schema, bob, on_finish="close"), bob.pk, ("scripted", False)),
        (lambda: (bobs.say(text="1"), bobs.say(text="2")), bob.pk, ("closed", False)),
        (lambda: mine.patch(state="open"), alice.pk, ("open", False)),
        (lambda: bobs.patch(state="closed"), bob.pk, ("closed", False)),
        (lambda: mine.say(text="reopens"), alice.pk, ("open", False)),
        (lambda: led(mine, schema, bob, **daily), alice.pk, ("scripted", False)),
        (lambda: (bobs.say(text="1"), bobs.say(text="2")), bob.pk, ("scripted", False)),
        (restart, None, ("scripted", False)),
        (lambda: mine.control(bob, state="assisted"), alice.pk, ("assisted", False)),
        (lambda: mine.control(bob, state="open"), alice.pk, ("open", False)),
    ]
    for number, (change, who, state) in enumerate(changes):
        before = len(events(mine.thread_id))
        change()
        made = [data["user"] for name, data in events(mine.thread_id)[before:] if name == UPDATED]
        assert (number, made, (bobs.row.state, bobs.row.paused)) == (number, [who], state)


def test_what_changes_nothing_has_no_event(both: list[Talk]) -> None:
    mine, bobs = both
    name = str(uuid.uuid4())
    mine.say(text="a", client_id=name)
    bobs.client.get(f"{bobs.path}/messages?limit=5")
    nothing: list[Callable[[], Any]] = [
        lambda: mine.post(client_id=name),
        mine.patch,
        lambda: mine.patch(title=mine.thread()["title"], state="open", notifications=3),
        lambda: mine.control(bobs.user, paused=False),
        lambda: bobs.client.get(f"{bobs.path}/messages?limit=5"),
        lambda: bobs.client.post(f"{bobs.path}/read", {"up_to": 10**6}, format="json"),
        lambda: mine.client.options(mine.path),
        mine.thread,
        lambda: call_command("restart_due_scripts"),
    ]
    for do in nothing:
        assert new(mine, do) == []


def test_what_is_refused_has_no_event_and_moves_nothing(both: list[Talk], carol: Any) -> None:
    mine, bobs = both
    schema, empty = published_schema([{"type": "int"}, {}]), published_schema([])
    led(mine, schema, bobs.user)
    other = question(schema, 2).pk
    refused: list[tuple[int, Callable[[], Any]]] = [
        (400, lambda: bobs.post(text="no number")),
        (400, lambda: bobs.post(text="5", question=other)),
        (400, lambda: bobs.post(text="5", type="automated_message")),
        (400, lambda: mine.post(text="x", answers=[1])),
        (400, lambda: mine.control(mine.user, state="scripted", schema=schema.pk)),
        (400, lambda: mine.control(bobs.user, state="scripted", schema=empty.pk)),
        (400, lambda: mine.control(bobs.user, permissions=2**20)),
        (400, lambda: mine.client.post(f"{mine.path}/users", {"user": bobs.user.pk}, format="json")),
        (400, bobs.roll_back),
        (400, mine.roll_back),
        (400, lambda: mine.patch(state="assisted")),
        (404, lambda: mine.client.delete(f"{mine.path}/messages/999999")),
        (404, lambda: mine.client.delete(f"{mine.path}/users/{carol.pk}")),
        (403, lambda: Talk(carol, mine.thread_id).post(text="x")),
    ]
    before = (ThreadEvent.objects.count(), bobs.row.question_id, mine.texts())
    for status, do in refused:
        assert do().status_code == status
        assert (ThreadEvent.objects.count(), bobs.row.question_id, mine.texts()) == before


def test_events_of_threads_are_numbered_each_by_itself(alice: Any) -> None:
    one, two = (talks(thread_with(alice), alice)[0] for _ in range(2))
    for text in "abc":
        one.say(text=text)
        two.say(text=text)
    assert len(events(one.thread_id)) == len(events(two.thread_id)) == 3


@atomic
def send_and_fail(talk: Talk) -> None:
    actions.send_message(author=talk.row, draft=actions.Draft(text="a"))
    raise ZeroDivisionError


def test_a_failed_transaction_of_the_host_takes_messages_events_and_signals_with_it(alice: Any) -> None:
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


def test_a_changed_state_is_signalled_once_after_commit(both: list[Talk], changed: list[Any]) -> None:
    mine, bobs = both
    led(mine, published_schema([{}]), bobs.user)
    with TestCase.captureOnCommitCallbacks(using=connection.alias, execute=True):
        bobs.patch(state="closed")
        assert changed == []
    assert changed == [(Thread, mine.thread_id, "closed", "scripted", bobs.user)]


def test_the_signal_means_that_some_members_state_changed(both: list[Talk], changed: list[Any]) -> None:
    mine, bobs = both
    with TestCase.captureOnCommitCallbacks(using=connection.alias, execute=True):
        mine.patch(state="open")
        mine.patch(title="T")
        mine.patch(state="scripted")
    assert changed == []
    set_state(bobs, state="closed")
    with TestCase.captureOnCommitCallbacks(using=connection.alias, execute=True):
        mine.patch(state="open")
    assert changed == [(Thread, mine.thread_id, "open", "open", mine.user)]


def test_a_listener_that_fails_disturbs_nobody(
    both: list[Talk], changed: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    mine, _ = both

    def fails(**_: Any) -> None:
        raise RuntimeError("a host's fault")

    thread_state_changed.connect(fails)
    try:
        with TestCase.captureOnCommitCallbacks(using=connection.alias, execute=True):
            assert mine.patch(state="closed").status_code == 200
    finally:
        thread_state_changed.disconnect(fails)
    assert len(changed) == 1
    assert "a host's fault" in caplog.text
