"""Frames over sockets: after each of them the socket answers a ping, and the server has logged no error."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any, Final

from chat_api.realtime.socket.commands import COMMANDS
from fuzz.report import Clock, Report
from fuzz.values import Values
from fuzz.world import ANONYMOUS, ROLES, World
from tests.realtime.sockets import Socket, outside

#: So many frames a socket is sent before the next one is opened.
_TURN: Final = 100
#: Nothing takes that long; it only ends a run that would hang.
_PATIENCE_SECONDS: Final = 60


class _Errors(logging.Handler):
    """A handler that keeps the errors."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(logging.Formatter().format(record))


def fuzz(seed: int, inputs: int, clock: Clock) -> Report:
    """Send up to `inputs` frames and report the errors in the server's log, and sockets that fell silent."""
    report = Report("frames")
    asyncio.run(_fuzz(Values(seed), inputs, clock, report))
    return report


async def _fuzz(values: Values, inputs: int, clock: Clock, report: Report) -> None:
    errors = _Errors()
    logging.getLogger().addHandler(errors)
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: errors.texts.append(str(context.get("exception") or context["message"]))
    )
    try:
        world = await outside(World.create)
        roles = [role for role in ROLES if role != ANONYMOUS]
        while report.inputs < inputs and not clock.is_over:
            socket = Socket(world.users[roles[report.inputs // _TURN % len(roles)]])
            await socket.connect()
            for _ in range(min(_TURN, inputs - report.inputs)):
                sent = _frame(values, world)
                report.inputs += 1
                await _send(socket, sent)
                if not await _is_alive(socket, report):
                    report.found("a socket fell silent", sent[:500])
                    break
                if errors.texts:
                    report.found(errors.texts[-1].splitlines()[-1][:120], f"{sent[:300]}\n{errors.texts[-1]}")
                    errors.texts.clear()
            await socket.leave()
    finally:
        logging.getLogger().removeHandler(errors)


async def _send(socket: Socket, text: str) -> None:
    # What no client can encode never gets onto a wire.
    await socket.send_text(text.encode(errors="replace").decode())


async def _is_alive(socket: Socket, report: Report) -> bool:
    """Return whether a ping is answered; what comes before the answer is counted."""
    token = report.inputs
    await socket.send("ping", {"token": token})
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                output = await socket.wire.receive_output(_PATIENCE_SECONDS)
                if output["type"] != "websocket.send":
                    return False
                frame = json.loads(output["text"])
                report.answers[frame["message"]] += 1
                if frame["message"] == "pong" and frame["data"] == {"token": token}:
                    return True
    except TimeoutError:
        return False


def _frame(values: Values, world: World) -> str:
    """Return a frame: mostly a command with data that nearly fits."""
    chance = values.random.random()
    if chance < 0.1:
        return values.text()
    name: Any = values.random.choice([*COMMANDS, values.text()])
    whole: Any = {"message": name, "data": _data(values, world)}
    if chance < 0.4:
        whole = values.mutated(whole)
    text = json.dumps(whole, ensure_ascii=chance < 0.7)
    return values.torn(text) if chance > 0.95 else text


def _data(values: Values, world: World) -> Any:
    if values.random.random() < 0.1:
        return values.json()
    named: dict[str, Any] = {
        "message": _id(values, world, "message"),
        "thread": _id(values, world, "thread"),
        "length": values.random.choice((0, 1000, "1000", values.json())),
        "threads": {
            str(_id(values, world, "thread")): values.random.choice((0, 1, 5, "1", values.json()))
            for _ in range(values.random.randrange(4))
        },
    }
    return {key: value for key, value in named.items() if values.random.random() < 0.7}


def _id(values: Values, world: World, name: str) -> Any:
    found = values.random.choice(world.pools[name])
    return values.random.choice((found, found, found, str(found), values.json()))
