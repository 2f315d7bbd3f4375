"""Tools for testing clients and hosts: a channel layer that fails on purpose, and a client that applies events.

The library itself imports nothing from here.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from django.utils.module_loading import import_string

from chat_api.realtime.events import MessageCreatedOrUpdated, MessagesRead, ThreadUpdated


class FaultyChannelLayer:
    """Wrap a channel layer and lose, duplicate, delay or reorder some of the messages to groups.

    In CHANNEL_LAYERS::

        {
            "BACKEND": "chat_api.realtime.testing.FaultyChannelLayer",
            "CONFIG": {"inner": {"BACKEND": "channels.layers.InMemoryChannelLayer"}, "drop": 0.1, "seed": 1},
        }

    `inner` is an entry as in CHANNEL_LAYERS. `drop`, `reorder`, `delay` and `duplicate` are probabilities from 0 to 1,
    applied in this order; `delay_seconds` is the delay of delayed messages; `seed` makes the faults the same at each
    run. A reordered message is sent after the next one.
    """

    def __init__(
        self,
        *,
        inner: Mapping[str, Any],
        drop: float = 0.0,
        duplicate: float = 0.0,
        reorder: float = 0.0,
        delay: float = 0.0,
        delay_seconds: float = 0.05,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        self.inner: Any = import_string(inner["BACKEND"])(**inner.get("CONFIG", {}))
        self.drop, self.duplicate, self.reorder, self.delay = drop, duplicate, reorder, delay
        self.delay_seconds = delay_seconds
        #: How many messages were sent to groups, and how many of them by fault.
        self.counts: dict[str, int] = dict.fromkeys(("sent", "drop", "duplicate", "reorder", "delay"), 0)
        # This chooses faults, not secrets.
        self._random = random.Random(seed)  # noqa: S311
        self._held: list[tuple[str, dict[str, Any]]] = []
        self._late: set[asyncio.Task[None]] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Send the message to the group, possibly with a fault."""
        self.counts["sent"] += 1
        if self._happens("drop", self.drop):
            return
        if self._happens("reorder", self.reorder):
            self._held.append((group, message))
            return
        if self._happens("delay", self.delay):
            task = asyncio.create_task(self._send_late(group, message))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
            return
        await self.inner.group_send(group, message)
        if self._happens("duplicate", self.duplicate):
            await self.inner.group_send(group, message)
        held, self._held = self._held, []
        for other_group, other in held:
            await self.inner.group_send(other_group, other)

    def _happens(self, fault: str, probability: float) -> bool:
        happens = self._random.random() < probability
        self.counts[fault] += happens
        return happens

    async def _send_late(self, group: str, message: dict[str, Any]) -> None:
        await asyncio.sleep(self.delay_seconds)
        await self.inner.group_send(group, message)


@dataclass(slots=True)
class ClientState:
    """The state of a client: the threads of its user and their messages, as REST shows them.

    `apply` is everything that a client has to do with a frame to stay up to date.
    """

    user_id: Any
    threads: dict[int, dict[str, Any]] = field(default_factory=dict)
    messages: dict[int, dict[int, dict[str, Any]]] = field(default_factory=dict)

    @classmethod
    def read(
        cls, get: Callable[[str], Any], *, user_id: Any, types: Iterable[str] = ("chat", "survey", "tracker")
    ) -> ClientState:
        """Load everything over REST without marking it as read; `get` returns the JSON at a URL relative to the API."""
        state = cls(user_id)
        for kind in types:
            for shown in _pages(get, f"accounts/{user_id}/threads/{kind}?limit=100"):
                thread_id = shown["id"]
                state.threads[thread_id] = shown
                rows = _pages(get, f"threads/{thread_id}/messages?limit=100&mark_read=false")
                state.messages[thread_id] = {row["id"]: row for row in rows}
        return state

    def apply(self, frame: Mapping[str, Any]) -> None:
        """Apply one frame."""
        data = deepcopy(dict(frame["data"]))
        if frame["message"] == MessageCreatedOrUpdated.name:
            self._take_message(data)
        elif frame["message"] == MessagesRead.name:
            self._take_read(data)
        elif frame["message"] == ThreadUpdated.name:
            self.threads[data["id"]] = data
            self.messages.setdefault(data["id"], {})
        elif frame["message"] == "thread_left":
            self._forget(data["thread"])
        elif frame["message"] == "heartbeat":
            for thread_id in self.threads.keys() - {int(key) for key in data["threads"]}:
                self._forget(thread_id)

    def _forget(self, thread_id: int) -> None:
        self.threads.pop(thread_id, None)
        self.messages.pop(thread_id, None)

    def _take_message(self, data: dict[str, Any]) -> None:
        known = self.messages.setdefault(data["thread"], {})
        if data.get("deleted"):
            known.pop(data["id"], None)
            if data["thread"] in self.threads:
                self.threads[data["thread"]]["unread"] = data["unread"]
            return
        thread = data.pop("thread_data", None)
        if thread is not None:
            self.threads[data["thread"]] = thread
        known[data["id"]] = data

    def _take_read(self, data: dict[str, Any]) -> None:
        if "unread" not in data:
            return
        # The user of this client has read them.
        read = set(data["messages"])
        for message_id in read & self.messages.get(data["thread"], {}).keys():
            self.messages[data["thread"]][message_id]["is_read"] = True
        thread = self.threads.get(data["thread"])
        if thread is not None:
            thread["unread"] = data["unread"]
            last = thread["last_message_data"]
            if last is not None and last["id"] in read:
                last["is_read"] = True


def assert_events_rebuild_state(
    before: ClientState, frames: Iterable[Mapping[str, Any]], after: ClientState
) -> None:
    """Raise `AssertionError` unless the frames turn the state `before` into the state `after`."""
    state = deepcopy(before)
    for frame in frames:
        state.apply(frame)
    wrong = [*_differences("thread", state.threads, after.threads)]
    for thread_id in after.threads:
        place = f"message of thread {thread_id}:"
        wrong += _differences(place, state.messages.get(thread_id, {}), after.messages.get(thread_id, {}))
    if wrong:
        raise AssertionError("The events do not lead to the current state:\n" + "\n".join(wrong))


def _differences(what: str, followed: Mapping[Any, Any], there: Mapping[Any, Any]) -> list[str]:
    wrong = []
    for key in sorted(followed.keys() | there.keys()):
        if key not in there or key not in followed:
            wrong.append(f"{what} {key} is {'no longer there' if key in followed else 'missing'}")
            continue
        for name in sorted(followed[key].keys() | there[key].keys()):
            delivered, shown = followed[key].get(name), there[key].get(name)
            if delivered != shown:
                wrong.append(f"{what} {key}: {name} is {delivered!r} by events, and {shown!r} by REST")
    return wrong


def _pages(get: Callable[[str], Any], url: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    while True:
        page = get(f"{url}&offset={len(rows)}")["results"]
        rows += page
        if len(page) < 100:
            return rows
