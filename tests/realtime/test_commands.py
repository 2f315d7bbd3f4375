"""Commands: well-formed ones run, all others are answered with a code; the socket stays open."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.test import override_settings

from chat_api.chat.delivery.event_source import ChatEventSource
from chat_api.chat.models import UnreadMessage
from chat_api.realtime import Call, CommandRefused, command
from chat_api.realtime.auth import identities
from chat_api.realtime.signals import ws_received
from chat_api.realtime.socket.commands import COMMANDS
from chat_api.realtime.socket.consumer import ChatConsumer
from tests.chat.talking import Talk
from tests.realtime.sockets import READ, Opener, answered, dumped, error, names, outside, say

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Removes the commands that a test registers after it."""
    for name in ("clinic.call", "clinic.fail"):
        monkeypatch.setitem(COMMANDS, name, COMMANDS["ping"])


async def test_pong_returns_the_data_of_ping(both: list[Talk], opened: Opener) -> None:
    socket = await opened(both[0].user)
    for data in ({}, {"a": [1, None]}, [1], "x", 5, 1.5, "é\u2028😀", False):
        assert await socket.answer("ping", data) == {"message": "pong", "data": data}
    assert await answered(socket, '{"message":"ping","data":null}') == [{"message": "pong", "data": None}]
    assert await answered(socket, '{"message":"ping"}') == [{"message": "pong", "data": {}}]


async def test_marking_as_read_notifies_everybody_once(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    said = await say(alice_talk, "a")
    sockets = [await opened(talk.user) for talk in (alice_talk, bob_talk, bob_talk)]
    await sockets[1].send("mark_message_as_read", {"message": said["id"]})
    own = await sockets[1].news()
    data = {"thread": alice_talk.thread_id, "user": bob_talk.user.pk, "messages": [said["id"]]}
    # The sockets of the reader also receive the unread count.
    others = ((own, {**data, "unread": 0}), (await sockets[0].news(), data))
    for frames, expected in (*others, (await sockets[2].news(), {**data, "unread": 0})):
        (shown,) = frames
        assert (shown["message"], shown["data"], shown["event"]["seq"]) == (READ, expected, 2)
    assert not await outside(UnreadMessage.objects.exists)
    for message in (said["id"], 10**6, 2**31, 2**63 - 1, 0):
        await sockets[1].send("mark_message_as_read", {"message": message})
        assert await sockets[1].news() == []


async def test_commands_are_limited_to_a_hundred_a_minute(both: list[Talk], opened: Opener) -> None:
    socket = await opened(both[0].user)
    for _ in range(100):
        await socket.send("ping")
    assert names(await socket.news()) == ["pong"] * 100
    refused = await socket.answer("ping")
    wait = refused["data"].pop("retry_after")
    assert refused == error("RATE_LIMITED", "ping")
    assert 0 < wait <= 60
    # Refused commands do not extend the wait; an expired call makes room for a new one.
    socket.consumer._calls[0] -= 60
    assert await socket.answer("nope") == error("UNKNOWN_COMMAND", "nope")
    assert (await socket.answer("nope"))["data"]["code"] == "RATE_LIMITED"


async def test_invalid_frames_count_as_commands(both: list[Talk], opened: Opener) -> None:
    with override_settings(CHAT_SETTINGS={"WS_COMMANDS_PER_MINUTE": 2, "WS_FRAME_MAX": 100}):
        socket = await opened(both[0].user)
        codes = []
        for text in ("garbage", "x" * 101, "garbage", '{"message":"ping"}'):
            codes += [shown["data"]["code"] for shown in await answered(socket, text)]
        assert codes == ["MALFORMED", "TOO_LARGE", "RATE_LIMITED", "RATE_LIMITED"]


async def test_command_rate_is_a_setting(both: list[Talk], opened: Opener) -> None:
    with override_settings(CHAT_SETTINGS={"WS_COMMANDS_PER_MINUTE": 1}):
        socket = await opened(both[0].user)
        await socket.send("ping")
        await socket.send("nope")
        assert names([await socket.frame(), await socket.frame()]) == ["pong", "error"]
        # Each socket has its own count.
        assert await (await opened(both[0].user)).news() == []


async def test_host_can_register_commands(both: list[Talk], opened: Opener, registered: None) -> None:
    seen: list[Call] = []

    @command("clinic.call")
    def call_nurse(call: Call) -> None:
        seen.append(call)
        if call.data.get("room") is None:
            raise CommandRefused("REQUIRED", field="room")
        call.socket.send_event("clinic.called", {"room": call.data["room"], "by": call.user.first_name})

    socket, other = await opened(both[0].user), await opened(both[1].user)
    assert await socket.answer("clinic.call", {"room": 4}) == {
        "message": "clinic.called",
        "data": {"room": 4, "by": "Alice"},
    }
    assert await socket.answer("clinic.call") == error("REQUIRED", "clinic.call", field="room")
    assert await other.news() == []
    assert [call.user for call in seen] == [both[0].user] * 2

    @command("clinic.call", any_data=True)
    async def answer(call: Call) -> None:
        call.socket.send_event("clinic.received", call.data)

    assert await socket.answer("clinic.call", [1]) == {"message": "clinic.received", "data": [1]}


async def test_command_gets_the_current_user(both: list[Talk], opened: Opener, registered: None) -> None:
    @command("clinic.call")
    def call_nurse(call: Call) -> None:
        call.socket.send_event("clinic.staff", call.user.is_staff)

    user = both[0].user
    await outside(type(user).objects.update, is_staff=True)
    with override_settings(CHAT_SETTINGS={"WS_RECHECK_SECONDS": 0}):
        socket = await opened(user)
        assert (await socket.answer("clinic.call"))["data"] is True
        await outside(type(user).objects.update, is_staff=False)
        assert (await socket.answer("clinic.call"))["data"] is False


async def test_failing_command_is_answered_and_logged(
    both: list[Talk], opened: Opener, registered: None, caplog: pytest.LogCaptureFixture
) -> None:
    @command("clinic.fail")
    def fail(call: Call) -> None:
        raise ZeroDivisionError

    @command("clinic.call")
    async def also_fail(call: Call) -> None:
        call.socket.send_event("x", object())

    socket = await opened(both[0].user)
    with caplog.at_level(logging.ERROR, "chat_api.realtime"):
        for name in ("clinic.fail", "clinic.call"):
            assert await socket.answer(name, {"secret": "word"}) == error("INTERNAL", name)
    assert [record.args for record in caplog.records] == [("clinic.fail",), ("clinic.call",)]
    assert "secret" not in caplog.text


async def test_database_errors_are_answered(
    both: list[Talk], opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any) -> None:
        raise RuntimeError

    with override_settings(CHAT_SETTINGS={"WS_RECHECK_SECONDS": 0}):
        socket = await opened(both[0].user)
        with monkeypatch.context() as patched:
            patched.setattr(identities, "still_allowed", fails)
            await socket.send("mark_message_as_read", {"message": 1})
            assert await socket.frame() == error("INTERNAL", "mark_message_as_read")
        with monkeypatch.context() as patched:
            patched.setattr(ChatEventSource, "catch_up", fails)
            shown = await socket.answer("catch_up", {"threads": {str(both[0].thread_id): 0}})
            assert shown == error("INTERNAL", "catch_up")
        assert await socket.news() == []


async def test_well_formed_frames_send_a_signal(both: list[Talk], opened: Opener) -> None:
    received: list[dict[str, Any]] = []

    def receive(**kwargs: Any) -> None:
        received.append(kwargs)

    def fail(**kwargs: Any) -> None:
        raise ZeroDivisionError

    user = both[0].user
    socket = await opened(user)
    ws_received.connect(fail)
    ws_received.connect(receive)
    try:
        await socket.send("clinic.unknown", {"a": 1}, more="b")
        await socket.send("ping")
        await socket.send_text('{"message":"mark_message_as_read","data":[]}')
        await socket.send_text("{}")
        frames = [await socket.frame() for _ in range(4)]
    finally:
        ws_received.disconnect(receive)
        ws_received.disconnect(fail)
    # Invalid frames are answered at once, commands in their order.
    assert sorted(names(frames)) == ["error", "error", "error", "pong"]
    assert [call["message_data"] for call in received] == [
        {"message": "clinic.unknown", "data": {"a": 1}, "more": "b"},
        {"message": "ping", "data": {}},
    ]
    for call in received:
        assert call.keys() == {"signal", "sender", "message_data", "channel_emails", "user"}
        assert (call["channel_emails"], call["user"], call["sender"]) == ([user.email], user, ChatConsumer)


async def test_commands_run_in_order(both: list[Talk], opened: Opener, registered: None) -> None:
    @command("clinic.call")
    def slow(call: Call) -> None:
        call.socket.send_event("slow", call.data)

    socket = await opened(both[0].user)
    for number in range(20):
        await socket.send(("ping", "clinic.call")[number % 2], {"n": number})
    frames = [await socket.frame() for _ in range(20)]
    assert [frame["data"]["n"] for frame in frames] == list(range(20))
    assert dumped(frames).count("slow") == 10
