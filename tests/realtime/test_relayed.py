"""The signal `ws_received` as the README of 0.8.8 prints it, sent by a host's own code."""

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


def with_addresses(*talks: Talk) -> None:
    for talk in talks:
        talk.user.email = f"{talk.user.username}@example.org"
        talk.user.save()


def test_message_is_read_by_the_user_with_that_address(both: list[Talk]) -> None:
    mine, bobs = both
    with_addresses(mine, bobs)
    message = mine.say(text="Hi")["id"]
    send("mark_message_as_read", {"message": message}, mine.user)
    assert unread(bobs)
    send("mark_message_as_read", {"message": message}, bobs.user)
    assert not unread(bobs)


def test_command_that_fails_for_one_user_is_carried_out_for_the_others(
    both: list[Talk], carol: Any, settings: Any
) -> None:
    mine, bobs = both
    with_addresses(mine, bobs)

    def filtered(messages: Any, user: Any) -> Any:
        if user.pk == bobs.user.pk:
            raise RuntimeError("no groups")
        return messages

    actions.add_member(thread_id=mine.thread_id, user=carol)
    carols = Talk(carol, mine.thread_id)
    with_addresses(carols)
    message = mine.say(text="Hi")["id"]
    settings.CHAT_SETTINGS = {"CHAT_MESSAGE_FILTER_QUERYSET": filtered}
    send("mark_message_as_read", {"message": message}, bobs.user, carol)
    assert (unread(bobs), unread(carols)) == (True, False)


async def test_sockets_are_told_once(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    await outside(with_addresses, mine, bobs)
    message = (await outside(mine.say, text="Hi"))["id"]
    socket = await opened(mine.user)
    await outside(send, "mark_message_as_read", {"message": message}, bobs.user)
    await outside(send, "thread_someone_is_writing", {"thread": mine.thread_id, "length": 1000}, bobs.user)
    frames = await socket.news()
    # What is not stored may overtake what is.
    assert sorted(frame["message"] for frame in frames) == [READ, WRITING]
    (writing,) = (frame["data"] for frame in frames if frame["message"] == WRITING)
    assert (writing["thread"], writing["length"], writing["sender_data"]["first_name"]) == (
        mine.thread_id,
        1000,
        "Bob",
    )


async def test_frames_of_our_own_sockets_are_not_carried_out_again(
    both: list[Talk], opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, bobs = both
    await outside(with_addresses, mine, bobs)
    message = (await outside(mine.say, text="Hi"))["id"]
    theirs = await opened(bobs.user)
    carried_out: list[Any] = []
    for name in list(relayed_commands._COMMANDS):
        monkeypatch.setitem(relayed_commands._COMMANDS, name, lambda *call: carried_out.append(call))
    heard: list[Any] = []

    def listen(**kwargs: Any) -> None:
        heard.append(kwargs)

    assert not hosts_listen()
    ws_received.connect(listen)
    try:
        assert hosts_listen()
        await theirs.send("mark_message_as_read", {"message": message})
        await theirs.news()
    finally:
        ws_received.disconnect(listen)
    assert len(heard) == 1
    assert carried_out == []
    assert not await outside(unread, bobs)


def test_what_the_socket_refuses_is_refused(both: list[Talk], carol: Any, caplog: Any) -> None:
    mine, bobs = both
    with_addresses(mine, bobs)
    message = mine.say(text="Hi")["id"]
    set_state(bobs, permissions=int(Permission.THREAD_READ))
    send("mark_message_as_read", {"message": message}, bobs.user)
    assert unread(bobs)
    set_state(bobs, permissions=int(Permission.MESSAGES_READ))
    type(bobs.user).objects.filter(pk=bobs.user.pk).update(is_active=False)
    send("mark_message_as_read", {"message": message}, bobs.user)
    assert unread(bobs)


def test_whoever_has_no_address_is_nobody(both: list[Talk]) -> None:
    mine, bobs = both
    type(bobs.user).objects.update(email="")
    bobs.user.refresh_from_db()
    send("mark_message_as_read", {"message": mine.say(text="Hi")["id"]}, bobs.user)
    assert unread(bobs)


def test_users_who_share_an_address_all_do_it(both: list[Talk]) -> None:
    mine, bobs = both
    type(bobs.user).objects.update(email="family@example.org")
    bobs.user.refresh_from_db()
    send("mark_message_as_read", {"message": mine.say(text="Hi")["id"]}, bobs.user)
    assert not unread(bobs)


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
def test_nothing_is_raised_into_the_sender(both: list[Talk], arguments: Any) -> None:
    mine, bobs = both
    with_addresses(mine, bobs)
    with atomic():
        ws_received.send(sender=None, **arguments)
        assert type(bobs.user).objects.filter(pk=bobs.user.pk).exists()


def test_transaction_of_the_sender_survives_a_failure(
    both: list[Talk], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(**arguments: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM nowhere")

    mine, bobs = both
    with_addresses(mine, bobs)
    message = mine.say(text="Hi")["id"]
    monkeypatch.setattr(actions, "mark_read", fail)
    with atomic():
        send("mark_message_as_read", {"message": message}, bobs.user)
        assert unread(bobs)
    assert any(isinstance((record.exc_info or (0, 0))[1], DatabaseError) for record in caplog.records)
