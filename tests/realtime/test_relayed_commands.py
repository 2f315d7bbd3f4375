"""The signal `ws_received`, sent by code of a host as in the README of 0.8.8."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError

from chat_api.chat import actions
from chat_api.chat.choices import Permission
from chat_api.chat.delivery import relayed_commands
from chat_api.chat.models import UnreadMessage
from chat_api.lib.db.transactions import atomic
from chat_api.realtime.signals import hosts_listen, ws_received
from tests.chat.talking import Talk, set_state
from tests.databases import connection
from tests.realtime.sockets import READ, WRITING, Opener, outside

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nobody_was_writing() -> None:
    relayed_commands._reported.clear()


def send(name: str, data: Any, *users: Any, sender: Any = None) -> None:
    ws_received.send(
        message_data={"message": name, "data": data},
        channel_emails=[user.email for user in users],
        sender=sender,
    )


def unread(talk: Talk) -> bool:
    return UnreadMessage.objects.filter(user=talk.user, thread_id=talk.thread_id).exists()


def with_emails(*talks: Talk) -> None:
    for talk in talks:
        talk.user.email = f"{talk.user.username}@example.org"
        talk.user.save()


def test_message_is_marked_as_read_for_the_user_with_that_email(both: list[Talk]) -> None:
    alice_talk, bob_talk = both
    with_emails(alice_talk, bob_talk)
    message = alice_talk.say(text="Hi")["id"]
    send("mark_message_as_read", {"message": message}, alice_talk.user)
    assert unread(bob_talk)
    send("mark_message_as_read", {"message": message}, bob_talk.user)
    assert not unread(bob_talk)


def test_command_that_fails_for_one_user_runs_for_the_others(
    both: list[Talk], carol: Any, settings: Any
) -> None:
    alice_talk, bob_talk = both
    with_emails(alice_talk, bob_talk)

    def filtered(messages: Any, user: Any) -> Any:
        if user.pk == bob_talk.user.pk:
            raise RuntimeError("no groups")
        return messages

    actions.add_member(thread_id=alice_talk.thread_id, user=carol)
    carol_talk = Talk(carol, alice_talk.thread_id)
    with_emails(carol_talk)
    message = alice_talk.say(text="Hi")["id"]
    settings.CHAT_SETTINGS = {"CHAT_MESSAGE_FILTER_QUERYSET": filtered}
    send("mark_message_as_read", {"message": message}, bob_talk.user, carol)
    assert (unread(bob_talk), unread(carol_talk)) == (True, False)


async def test_relayed_command_is_sent_to_sockets_once(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    await outside(with_emails, alice_talk, bob_talk)
    message = (await outside(alice_talk.say, text="Hi"))["id"]
    socket = await opened(alice_talk.user)
    await outside(send, "mark_message_as_read", {"message": message}, bob_talk.user)
    await outside(
        send, "thread_someone_is_writing", {"thread": alice_talk.thread_id, "length": 1000}, bob_talk.user
    )
    frames = await socket.news()
    # Typing, which is not stored, can overtake stored events.
    assert sorted(frame["message"] for frame in frames) == [READ, WRITING]
    (writing,) = (frame["data"] for frame in frames if frame["message"] == WRITING)
    assert (writing["thread"], writing["length"], writing["sender_data"]["first_name"]) == (
        alice_talk.thread_id,
        1000,
        "Bob",
    )


async def test_frames_of_our_own_sockets_are_not_relayed(
    both: list[Talk], opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice_talk, bob_talk = both
    await outside(with_emails, alice_talk, bob_talk)
    message = (await outside(alice_talk.say, text="Hi"))["id"]
    bob_socket = await opened(bob_talk.user)
    carried_out: list[Any] = []
    for name in list(relayed_commands._COMMANDS):
        monkeypatch.setitem(relayed_commands._COMMANDS, name, lambda *call: carried_out.append(call))
    received: list[Any] = []

    def listen(**kwargs: Any) -> None:
        received.append(kwargs)

    assert not hosts_listen()
    ws_received.connect(listen)
    try:
        assert hosts_listen()
        await bob_socket.send("mark_message_as_read", {"message": message})
        await bob_socket.news()
    finally:
        ws_received.disconnect(listen)
    assert len(received) == 1
    assert carried_out == []
    assert not await outside(unread, bob_talk)


def test_relayed_command_needs_the_same_permissions(both: list[Talk], carol: Any, caplog: Any) -> None:
    alice_talk, bob_talk = both
    with_emails(alice_talk, bob_talk)
    message = alice_talk.say(text="Hi")["id"]
    set_state(bob_talk, permissions=int(Permission.THREAD_READ))
    send("mark_message_as_read", {"message": message}, bob_talk.user)
    assert unread(bob_talk)
    set_state(bob_talk, permissions=int(Permission.MESSAGES_READ))
    type(bob_talk.user).objects.filter(pk=bob_talk.user.pk).update(is_active=False)
    send("mark_message_as_read", {"message": message}, bob_talk.user)
    assert unread(bob_talk)


def test_users_without_an_email_are_ignored(both: list[Talk]) -> None:
    alice_talk, bob_talk = both
    type(bob_talk.user).objects.update(email="")
    bob_talk.user.refresh_from_db()
    send("mark_message_as_read", {"message": alice_talk.say(text="Hi")["id"]}, bob_talk.user)
    assert unread(bob_talk)


def test_command_runs_for_all_users_who_share_an_email(both: list[Talk]) -> None:
    alice_talk, bob_talk = both
    type(bob_talk.user).objects.update(email="family@example.org")
    bob_talk.user.refresh_from_db()
    send("mark_message_as_read", {"message": alice_talk.say(text="Hi")["id"]}, bob_talk.user)
    assert not unread(bob_talk)


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"message_data": None, "channel_emails": None},
        {"message_data": "ping", "channel_emails": 5},
        {"message_data": {"message": "mark_message_as_read"}, "channel_emails": None},
        {"message_data": {"message": ["ping"], "data": 5}, "channel_emails": [None, 5, {}]},
        {
            "message_data": {"message": "mark_message_as_read", "data": 5},
            "channel_emails": ["bob@example.org"],
        },
        {
            "message_data": {"message": "mark_message_as_read", "data": {"message": 2**80}},
            "channel_emails": "bob@example.org",
        },
        {
            "message_data": {"message": "thread_someone_is_writing", "data": {"thread": "x", "length": -1}},
            "channel_emails": ["bob@example.org\x00", "\ud800"],
        },
    ],
)
def test_invalid_signals_raise_nothing_in_the_sender(both: list[Talk], arguments: Any) -> None:
    alice_talk, bob_talk = both
    with_emails(alice_talk, bob_talk)
    with atomic():
        ws_received.send(sender=None, **arguments)
        assert type(bob_talk.user).objects.filter(pk=bob_talk.user.pk).exists()


def test_transaction_of_the_sender_survives_a_failure(
    both: list[Talk], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(**arguments: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM nowhere")

    alice_talk, bob_talk = both
    with_emails(alice_talk, bob_talk)
    message = alice_talk.say(text="Hi")["id"]
    monkeypatch.setattr(actions, "mark_read", fail)
    with atomic():
        send("mark_message_as_read", {"message": message}, bob_talk.user)
        assert unread(bob_talk)
    assert any(isinstance((record.exc_info or (0, 0))[1], DatabaseError) for record in caplog.records)
