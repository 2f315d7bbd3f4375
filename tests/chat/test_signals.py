"""Signals for hosts: one for each thing that happens, after commit, whichever door it comes through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test.utils import CaptureQueriesContext

from chat_api.chat import actions, signals
from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Message, UserThread
from chat_api.lib.db.transactions import atomic, set_rollback
from chat_api.notifications.models import NotificationDelivery
from chat_api.tasks import deliver_pending_notifications
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import Talk, begin, question, talks
from tests.databases import connection
from tests.factories import published_schema
from tests.notifications.conftest import minutes_later, two_talking
from tests.permissions import VIDEO

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = (
    "message_created",
    "message_changed",
    "message_deleted",
    "member_added",
    "member_removed",
    "question_answered",
    "notification_sent",
)
Heard = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def heard() -> Iterator[Heard]:
    """What was sent, in order, with the number of rows that other connections see then."""
    found: Heard = []
    receivers: list[tuple[Any, Callable[..., None]]] = []
    for name in NAMES:

        def receive(name: str = name, **arguments: Any) -> None:
            del arguments["signal"]
            assert not connection.in_atomic_block
            found.append((name, arguments))

        signal = getattr(signals, name)
        signal.connect(receive)
        receivers.append((signal, receive))
    yield found
    for signal, receive in receivers:
        signal.disconnect(receive)


def names(heard: Heard) -> list[str]:
    return [name for name, _ in heard]


def test_messages_are_told_with_who_did_it(alice: Any, heard: Heard) -> None:
    (mine,) = talks(thread_with(alice), alice)
    sent = mine.say(text="Hi")
    path = f"{mine.path}/messages/{sent['id']}"
    assert mine.client.patch(path, {"text": "Hello"}).status_code == 200
    attached = mine.client.post(f"{path}/attachments", VIDEO).json()
    assert mine.client.patch(f"{path}/attachments/{attached['id']}", {"title": "x"}).status_code == 200
    assert mine.client.delete(f"{path}/attachments/{attached['id']}").status_code == 204
    assert mine.client.delete(path).status_code == 204

    assert names(heard) == ["message_created", *["message_changed"] * 4, "message_deleted"]
    assert {arguments["sender"] for _, arguments in heard} == {Message}
    assert {arguments["user_id"] for _, arguments in heard} == {alice.pk}
    created, changed = heard[0][1]["message"], heard[1][1]["message"]
    assert (created.pk, created.text, changed.text) == (sent["id"], "Hi", "Hello")
    assert (heard[-1][1]["message_id"], heard[-1][1]["thread_id"]) == (sent["id"], mine.thread_id)


def test_members_are_told_by_every_door(alice: Any, bob: Any, carol: Any, heard: Heard) -> None:
    made = client_of(alice).post(f"/api/accounts/{alice.pk}/threads/chat", {"title": "Ours"}).json()
    UserThread.objects.filter(thread_id=made["id"]).update(permissions=PERMISSIONS_ALL)
    users = f"/api/threads/{made['id']}/users"
    assert client_of(alice).post(users, {"user": bob.pk}).status_code == 201
    actions.add_member(thread_id=made["id"], user=carol)
    assert names(heard) == ["member_added"] * 3
    assert [(a["user_thread"].user_id, a["user_id"]) for _, a in heard] == [
        (alice.pk, alice.pk),
        (bob.pk, alice.pk),
        (carol.pk, None),
    ]
    heard.clear()

    assert client_of(alice).delete(f"{users}/{bob.pk}").status_code == 204
    carol_pk = carol.pk
    carol.delete()
    assert client_of(alice).delete(f"/api/threads/{made['id']}").status_code == 204
    assert names(heard) == ["member_removed"] * 3
    assert [(a["member_id"], a["thread_id"], a["user_id"]) for _, a in heard] == [
        (bob.pk, made["id"], alice.pk),
        (carol_pk, made["id"], None),
        (alice.pk, made["id"], alice.pk),
    ]


def test_members_of_a_deleted_thread_are_gone(alice: Any, bob: Any, heard: Heard) -> None:
    thread = thread_with(alice, bob)
    thread.delete()
    assert {arguments["member_id"] for _, arguments in heard} == {alice.pk, bob.pk}


def test_scripts_tell_of_answers_and_of_what_they_ask(alice: Any, heard: Heard) -> None:
    schema = published_schema([{"type": "int"}, {"type": "control"}, {"type": "int"}])
    mine = begin(alice, schema)
    assert names(heard) == ["member_added", "message_created"]
    heard.clear()

    answered = mine.say(text="5")
    assert names(heard).count("question_answered") == 1
    arguments = dict(heard)["question_answered"]
    assert arguments["message"].pk == answered["id"]
    assert (arguments["question_id"], arguments["answer_ids"]) == (question(schema, 1).pk, ())
    assert arguments["user_thread"].user_id == arguments["user_id"] == alice.pk
    heard.clear()

    mine.confirm()
    assert dict(heard)["question_answered"]["message"] is None


def test_going_back_tells_of_each_message_that_goes(alice: Any, heard: Heard) -> None:
    mine = begin(alice, published_schema([{"type": "int"}, {"type": "int"}]), permissions=PERMISSIONS_ALL)
    mine.say(text="5")
    said = set(Message.objects.values_list("pk", flat=True))
    heard.clear()
    assert mine.roll_back().status_code == 200
    gone = said - set(Message.objects.values_list("pk", flat=True))
    assert gone
    assert {a["message_id"] for name, a in heard if name == "message_deleted"} == gone
    assert set(names(heard)) == {"message_deleted"}


def test_restarts_tell_that_nobody_did_it(alice: Any, heard: Heard) -> None:
    start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    frequency: dict[str, Any] = {"on_finish": "repeat", "frequency_unit": "weeks", "frequency_value": 1}
    with time_machine.travel(start, tick=False) as clock:
        mine = begin(alice, published_schema([{"type": "int"}]), type="tracker", **frequency)
        mine.say(text="5")
        heard.clear()
        clock.move_to(start + timedelta(weeks=1, hours=1))
        call_command("restart_due_scripts")
    assert [(name, arguments["user_id"]) for name, arguments in heard] == [("message_created", None)]


def test_notifications_are_told_when_a_transport_has_sent_them(settings: Any, heard: Heard) -> None:
    settings.CHAT_SETTINGS = {"NOTIFICATION_DELAYS": {"email": 0}}
    mine, bobs = two_talking()
    type(bobs.user).objects.filter(pk=bobs.user.pk).update(email="bob@example.org")
    mine.say(text="Hi")
    heard.clear()
    with minutes_later(1):
        assert deliver_pending_notifications() == 1
    ((name, arguments),) = heard
    assert (name, arguments["sender"]) == ("notification_sent", NotificationDelivery)
    assert (arguments["user_id"], arguments["transport"]) == (bobs.user.pk, "email")
    assert arguments["delivery"].thread_id == arguments["thread_id"] == mine.thread_id


def test_what_is_rolled_back_is_told_to_nobody(alice: Any, bob: Any, heard: Heard) -> None:
    thread = thread_with(alice)
    (mine,) = talks(thread, alice)
    sent = mine.say(text="Hi")
    heard.clear()
    with atomic():
        actions.add_member(thread_id=thread.pk, user=bob)
        mine.say(text="Hello")
        mine.client.patch(f"{mine.path}/messages/{sent['id']}", {"text": "?"})
        mine.client.delete(f"{mine.path}/messages/{sent['id']}")
        mine.client.delete(f"{mine.path}/users/{bob.pk}")
        set_rollback()
    assert mine.post(meta=5, answers=[7]).status_code == 400
    assert heard == []


def test_receiver_that_raises_disturbs_nothing(alice: Any, caplog: pytest.LogCaptureFixture) -> None:
    def fail(**arguments: Any) -> None:
        raise RuntimeError("the receiver's own fault")

    signals.message_created.connect(fail)
    try:
        assert Talk(alice, thread_with(alice).pk).say(text="Hi")["text"] == "Hi"
    finally:
        signals.message_created.disconnect(fail)
    assert "the receiver's own fault" in caplog.text


def test_listeners_cost_no_query(alice: Any, heard: Heard) -> None:
    mine = Talk(alice, thread_with(alice).pk)
    mine.say(text="Hi")
    with CaptureQueriesContext(connection) as heard_by_somebody:
        mine.say(text="Hi")
    with pytest.MonkeyPatch.context() as patch:
        for name in NAMES:
            patch.setattr(getattr(signals, name), "receivers", [])
        with CaptureQueriesContext(connection) as heard_by_nobody:
            mine.say(text="Hi")
    assert len(heard_by_somebody) == len(heard_by_nobody)
