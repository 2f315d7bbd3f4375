"""Signals for hosts: one for each change, after commit, through whichever interface it is made."""

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
Received = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def received() -> Iterator[Received]:
    """Names and arguments of the signals sent, in order; each is sent outside of transactions."""
    found: Received = []
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


def names(received: Received) -> list[str]:
    return [name for name, _ in received]


def test_message_signals_name_the_user(alice: Any, received: Received) -> None:
    (alice_talk,) = talks(thread_with(alice), alice)
    sent = alice_talk.say(text="Hi")
    path = f"{alice_talk.path}/messages/{sent['id']}"
    assert alice_talk.client.patch(path, {"text": "Hello"}).status_code == 200
    attached = alice_talk.client.post(f"{path}/attachments", VIDEO).json()
    assert alice_talk.client.patch(f"{path}/attachments/{attached['id']}", {"title": "x"}).status_code == 200
    assert alice_talk.client.delete(f"{path}/attachments/{attached['id']}").status_code == 204
    assert alice_talk.client.delete(path).status_code == 204

    assert names(received) == ["message_created", *["message_changed"] * 4, "message_deleted"]
    assert {arguments["sender"] for _, arguments in received} == {Message}
    assert {arguments["user_id"] for _, arguments in received} == {alice.pk}
    created, changed = received[0][1]["message"], received[1][1]["message"]
    assert (created.pk, created.text, changed.text) == (sent["id"], "Hi", "Hello")
    assert (received[-1][1]["message_id"], received[-1][1]["thread_id"]) == (sent["id"], alice_talk.thread_id)


def test_member_signals_are_sent_by_every_interface(
    alice: Any, bob: Any, carol: Any, received: Received
) -> None:
    made = client_of(alice).post(f"/api/accounts/{alice.pk}/threads/chat", {"title": "Ours"}).json()
    UserThread.objects.filter(thread_id=made["id"]).update(permissions=PERMISSIONS_ALL)
    users = f"/api/threads/{made['id']}/users"
    assert client_of(alice).post(users, {"user": bob.pk}).status_code == 201
    actions.add_member(thread_id=made["id"], user=carol)
    assert names(received) == ["member_added"] * 3
    assert [(a["user_thread"].user_id, a["user_id"]) for _, a in received] == [
        (alice.pk, alice.pk),
        (bob.pk, alice.pk),
        (carol.pk, None),
    ]
    received.clear()

    assert client_of(alice).delete(f"{users}/{bob.pk}").status_code == 204
    carol_pk = carol.pk
    carol.delete()
    assert client_of(alice).delete(f"/api/threads/{made['id']}").status_code == 204
    assert names(received) == ["member_removed"] * 3
    assert [(a["member_id"], a["thread_id"], a["user_id"]) for _, a in received] == [
        (bob.pk, made["id"], alice.pk),
        (carol_pk, made["id"], None),
        (alice.pk, made["id"], alice.pk),
    ]


def test_deleting_a_thread_sends_member_removed(alice: Any, bob: Any, received: Received) -> None:
    thread = thread_with(alice, bob)
    thread.delete()
    assert {arguments["member_id"] for _, arguments in received} == {alice.pk, bob.pk}


def test_scripts_send_signals_for_answers_and_questions(alice: Any, received: Received) -> None:
    schema = published_schema([{"type": "int"}, {"type": "control"}, {"type": "int"}])
    alice_talk = begin(alice, schema)
    assert names(received) == ["member_added", "message_created"]
    received.clear()

    answered = alice_talk.say(text="5")
    assert names(received).count("question_answered") == 1
    arguments = dict(received)["question_answered"]
    assert arguments["message"].pk == answered["id"]
    assert (arguments["question_id"], arguments["answer_ids"]) == (question(schema, 1).pk, ())
    assert arguments["user_thread"].user_id == arguments["user_id"] == alice.pk
    received.clear()

    alice_talk.confirm()
    assert dict(received)["question_answered"]["message"] is None


def test_rollback_sends_a_signal_for_each_deleted_message(alice: Any, received: Received) -> None:
    alice_talk = begin(
        alice, published_schema([{"type": "int"}, {"type": "int"}]), permissions=PERMISSIONS_ALL
    )
    alice_talk.say(text="5")
    said = set(Message.objects.values_list("pk", flat=True))
    received.clear()
    assert alice_talk.roll_back().status_code == 200
    gone = said - set(Message.objects.values_list("pk", flat=True))
    assert gone
    assert {a["message_id"] for name, a in received if name == "message_deleted"} == gone
    assert set(names(received)) == {"message_deleted"}


def test_signals_of_restarts_have_no_user(alice: Any, received: Received) -> None:
    start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    frequency: dict[str, Any] = {"on_finish": "repeat", "frequency_unit": "weeks", "frequency_value": 1}
    with time_machine.travel(start, tick=False) as clock:
        alice_talk = begin(alice, published_schema([{"type": "int"}]), type="tracker", **frequency)
        alice_talk.say(text="5")
        received.clear()
        clock.move_to(start + timedelta(weeks=1, hours=1))
        call_command("restart_due_scripts")
    assert [(name, arguments["user_id"]) for name, arguments in received] == [("message_created", None)]


def test_notification_sent_is_sent_after_delivery_by_a_transport(settings: Any, received: Received) -> None:
    settings.CHAT_SETTINGS = {"NOTIFICATION_DELAYS": {"email": 0}}
    alice_talk, bob_talk = two_talking()
    type(bob_talk.user).objects.filter(pk=bob_talk.user.pk).update(email="bob@example.org")
    alice_talk.say(text="Hi")
    received.clear()
    with minutes_later(1):
        assert deliver_pending_notifications() == 1
    ((name, arguments),) = received
    assert (name, arguments["sender"]) == ("notification_sent", NotificationDelivery)
    assert (arguments["user_id"], arguments["transport"]) == (bob_talk.user.pk, "email")
    assert arguments["delivery"].thread_id == arguments["thread_id"] == alice_talk.thread_id


def test_rolled_back_changes_send_no_signal(alice: Any, bob: Any, received: Received) -> None:
    thread = thread_with(alice)
    (alice_talk,) = talks(thread, alice)
    sent = alice_talk.say(text="Hi")
    received.clear()
    with atomic():
        actions.add_member(thread_id=thread.pk, user=bob)
        alice_talk.say(text="Hello")
        alice_talk.client.patch(f"{alice_talk.path}/messages/{sent['id']}", {"text": "?"})
        alice_talk.client.delete(f"{alice_talk.path}/messages/{sent['id']}")
        alice_talk.client.delete(f"{alice_talk.path}/users/{bob.pk}")
        set_rollback()
    assert alice_talk.post(meta=5, answers=[7]).status_code == 400
    assert received == []


def test_raising_receiver_does_not_affect_the_request(alice: Any, caplog: pytest.LogCaptureFixture) -> None:
    def fail(**arguments: Any) -> None:
        raise RuntimeError("the receiver's own fault")

    signals.message_created.connect(fail)
    try:
        assert Talk(alice, thread_with(alice).pk).say(text="Hi")["text"] == "Hi"
    finally:
        signals.message_created.disconnect(fail)
    assert "the receiver's own fault" in caplog.text


def test_receivers_cost_no_query(alice: Any, received: Received) -> None:
    alice_talk = Talk(alice, thread_with(alice).pk)
    alice_talk.say(text="Hi")
    with CaptureQueriesContext(connection) as with_receivers:
        alice_talk.say(text="Hi")
    with pytest.MonkeyPatch.context() as patch:
        for name in NAMES:
            patch.setattr(getattr(signals, name), "receivers", [])
        with CaptureQueriesContext(connection) as without_receivers:
            alice_talk.say(text="Hi")
    assert len(with_receivers) == len(without_receivers)
