"""Incoming frames that are invalid, too large or name no command."""

from __future__ import annotations

import pytest

from chat_api.realtime.socket.commands import COMMANDS
from tests.chat.talking import Talk
from tests.realtime.sockets import Opener, answered, error, outside

pytestmark = pytest.mark.django_db(transaction=True)


MALFORMED = error("MALFORMED", None)


INVALID = [
    "",
    " ",
    "ping",
    "null",
    "[]",
    "5",
    '"ping"',
    "{}",
    '{"message":null,"data":{}}',
    '{"message":5}',
    '{"message":""}',
    '{"message":["ping"]}',
    '{"message":{"ping":1}}',
    '{"message":"ping","data":NaN}',
    '{"message":"ping","data":-Infinity}',
    '{"message":"ping","data":1e999}',
    '{"message":"ping","data":-1e400}',
    '{"message":"ping","data":{}',
    '{"message":"ping","data":{}}{}',
    "{'message':'ping'}",
    '\ufeff{"message":"ping"}',
    '{"message":"ping","data":' + "9" * 5000 + "}",
    '{"message":"' + "p" * 101 + '"}',
    '{"message":"ping","data":' + "[" * 30_000 + "]" * 30_000 + "}",
    '{"message":"ping","data":' + "[" * 900 + "]" * 900 + "}",
    '{"message":"ping","data":' + '{"a":' * 70 + "1" + "}" * 70 + "}",
    "\x00",
]


async def test_invalid_frames_are_answered_as_malformed(
    both: list[Talk], opened: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    socket = await opened(both[0].user)
    for text in INVALID:
        assert await answered(socket, text) == [MALFORMED], text[:50]
    assert caplog.records == []


async def test_unusual_well_formed_frames_are_accepted(both: list[Talk], opened: Opener) -> None:
    socket = await opened(both[0].user)
    deep = "[" * 60 + "]" * 60
    for data in (deep, "9" * 4000, '"\\ud800"', '"\\u0000"', "1e300", "-0"):
        (shown,) = await answered(socket, f'{{"message":"ping","data":{data}}}')
        assert shown["message"] == "pong"
    # The last of two equal keys wins, as usual in JSON.
    (shown,) = await answered(socket, '{"message":"nope","message":"ping"}')
    assert shown["message"] == "pong"


async def test_binary_frames_are_malformed(both: list[Talk], opened: Opener) -> None:
    socket = await opened(both[0].user)
    for data in (b'{"message":"ping"}', b"\xff\xfe", b"", b"x" * 70_000):
        await socket.wire.send_input({"type": "websocket.receive", "bytes": data})
        assert await socket.news() == [MALFORMED]


async def test_frame_is_limited_to_64_kib(both: list[Talk], opened: Opener) -> None:
    socket = await opened(both[0].user)
    shell = len('{"message":"ping","data":""}')
    for padding in ("x" * (65_536 - shell), "é" * ((65_536 - shell) // 2)):
        (shown,) = await answered(socket, f'{{"message":"ping","data":"{padding}"}}')
        assert shown == {"message": "pong", "data": padding}
    for padding in ("x" * (65_537 - shell), "é" * ((65_538 - shell) // 2), "x" * 10**6):
        assert await answered(socket, f'{{"message":"ping","data":"{padding}"}}') == [
            error("TOO_LARGE", None)
        ]


async def test_unknown_command_is_answered_with_its_name(both: list[Talk], opened: Opener) -> None:
    socket = await opened(both[0].user)
    for name in (
        "nope",
        "__class__",
        "chat_api.signed_out",
        "websocket.disconnect",
        "PING",
        " ping",
        "p" * 100,
    ):
        assert await socket.answer(name, {"session": None}) == error("UNKNOWN_COMMAND", name)
    assert await answered(socket, '{"message":"nope","data":[]}') == [
        error("MALFORMED", "nope", field="data")
    ]


async def test_data_must_be_an_object(both: list[Talk], opened: Opener) -> None:
    socket = await opened(both[0].user)
    for name in sorted(COMMANDS.keys() - {"ping"}):
        for data in ("null", "[]", "5", '"x"', "true"):
            (shown,) = await answered(socket, f'{{"message":"{name}","data":{data}}}')
            assert shown == error("MALFORMED", name, field="data")


NUMBERS = [True, -1, 1.0, [1], {"a": 1}, 2**63, 10**30, "", "x", "-1", "1.0", " 1", "²", "1" * 20]


async def test_ids_must_be_whole_numbers(both: list[Talk], opened: Opener) -> None:
    socket = await opened(both[0].user)
    thread = both[0].thread_id
    for name, rest, field in [
        ("mark_message_as_read", {}, "message"),
        ("thread_someone_is_writing", {"length": 1}, "thread"),
        ("thread_someone_is_writing", {"thread": thread}, "length"),
    ]:
        assert await socket.answer(name, rest) == error("REQUIRED", name, field=field)
        assert await socket.answer(name, {**rest, field: None}) == error("REQUIRED", name, field=field)
        for number in NUMBERS:
            assert await socket.answer(name, {**rest, field: number}) == error(
                "WRONG_VALUE", name, field=field
            )
    for length in (60_001, 2**40):
        writing = {"thread": thread, "length": length}
        answer = await socket.answer("thread_someone_is_writing", writing)
        assert answer == error("WRONG_VALUE", "thread_someone_is_writing", field="length")


async def test_numbers_can_be_strings_of_digits(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    socket, other = await opened(alice_talk.user), await opened(bob_talk.user)
    said = await outside(bob_talk.say, text="hello")
    await socket.news()
    await socket.send("mark_message_as_read", {"message": str(said["id"])})
    assert [frame["message"] for frame in await socket.news()] == ["messages_read"]
    await other.news()
    writing = {"thread": str(alice_talk.thread_id), "length": "1000"}
    await socket.send("thread_someone_is_writing", writing)
    assert await socket.news() == []
    (frame,) = await other.news()
    assert (frame["data"]["thread"], frame["data"]["length"]) == (alice_talk.thread_id, 1000)
    await socket.send("catch_up", {"threads": {str(alice_talk.thread_id): "1"}})
    *frames, ended = await socket.news()
    assert [frame["event"]["seq"] for frame in frames] == [2]
    assert ended["data"]["outcome"] == "replayed"


async def test_threads_of_catch_up_must_be_an_object_of_numbers(both: list[Talk], opened: Opener) -> None:
    socket = await opened(both[0].user)
    assert await socket.answer("catch_up") == error("REQUIRED", "catch_up", field="threads")
    wrong = [
        [],
        "x",
        5,
        {"x": 1},
        {"": 1},
        {"-1": 1},
        {"1.0": 1},
        {"²": 1},
        {"1" * 20: 1},
        {"1": None},
        {"1": -1},
        {"1": "x"},
        {"1": "-1"},
        {"1": True},
        {"1": 1.5},
        {"1": {}},
        {str(n): 0 for n in range(101)},
    ]
    for threads in wrong:
        shown = await socket.answer("catch_up", {"threads": threads})
        assert shown == error("WRONG_VALUE", "catch_up", field="threads")
    await socket.send("catch_up", {"threads": {}})
    assert await socket.news() == []
