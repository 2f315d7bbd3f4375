"""The users of the chaos run: listeners follow the protocol of the socket, writers retry."""

from __future__ import annotations

import asyncio
import json
import random
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

PASSWORD = "demo"  # noqa: S105 (of a database that lasts for one run)
ORIGIN = "http://127.0.0.1"
_LOST = (OSError, WebSocketException, httpx.HTTPError, TimeoutError)


@dataclass
class Listener:
    """A client that keeps, by thread, the last event it took, and takes none but the next one."""

    name: str
    threads: list[int]
    ports: list[int]
    chance: random.Random
    taken: dict[int, list[int]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def last(self, thread_id: int) -> int:
        """Return the last event received."""
        taken = self.taken.get(thread_id)
        return taken[-1] if taken else 0

    async def listen(self) -> None:
        """Listen, and connect again whenever the socket ends, for ever."""
        while True:
            try:
                await self._one_socket(self.chance.choice(self.ports))
            except _LOST:
                self.counts["reconnects"] += 1
            await asyncio.sleep(self.chance.uniform(0.05, 0.5))

    async def _one_socket(self, port: int) -> None:
        async with httpx.AsyncClient(auth=(self.name, PASSWORD), timeout=10) as http:
            answer = await http.post(f"http://127.0.0.1:{port}/api/ws-ticket")
            answer.raise_for_status()
        address = f"ws://127.0.0.1:{port}/ws/chat?ticket={answer.json()['ticket']}"
        async with connect(address, origin=ORIGIN, open_timeout=10, max_size=None) as socket:
            await self._catch_up(socket)
            async for text in socket:
                frame = json.loads(text)
                if "event" in frame:
                    self._take(frame["event"])
                elif frame["message"] == "heartbeat" and self._is_behind(frame["data"]["threads"]):
                    self.counts["found by heartbeat"] += 1
                    await self._catch_up(socket)
                elif frame["message"] == "catch_up" and frame["data"]["outcome"] == "resync":
                    raise AssertionError(f"{self.name} has to load everything again: {frame}")

    async def _catch_up(self, socket: Any) -> None:
        threads = {str(thread_id): self.last(thread_id) for thread_id in self.threads}
        await socket.send(json.dumps({"message": "catch_up", "data": {"threads": threads}}))

    def _is_behind(self, heads: dict[str, int]) -> bool:
        return any(head > self.last(int(key)) for key, head in heads.items())

    def _take(self, event: dict[str, int]) -> None:
        thread_id, seq = event["thread"], event["seq"]
        if seq == self.last(thread_id) + 1:
            self.taken.setdefault(thread_id, []).append(seq)
        else:
            self.counts["seen before" if seq <= self.last(thread_id) else "before catching up"] += 1


async def write(name: str, threads: list[int], ports: list[int], number: int, chance: random.Random) -> int:
    """Post `number` messages, each until it is accepted; return the number of failed attempts."""
    failed = 0
    async with httpx.AsyncClient(auth=(name, PASSWORD), timeout=10) as http:
        for count in range(number):
            body = {"text": f"{name} {count}", "client_id": str(uuid.UUID(int=chance.getrandbits(128)))}
            thread_id = chance.choice(threads)
            while True:
                address = f"http://127.0.0.1:{chance.choice(ports)}/api/threads/{thread_id}/messages"
                try:
                    answer = await http.post(address, json=body)
                except _LOST:
                    failed += 1
                else:
                    if answer.status_code in (200, 201):
                        break
                    if answer.status_code < 500:
                        raise AssertionError(f"{answer.status_code}: {answer.text}")
                    failed += 1
                await asyncio.sleep(chance.uniform(0.05, 0.3))
    return failed
