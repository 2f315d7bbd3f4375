"""A fake broker that works or is down, and the tasks sent to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from celery import current_app

from chat_api.lib.celery import wakeup
from chat_api.lib.celery.wakeup import Waker

#: The options of a task that wakes a worker.
OPTIONS = {"countdown": 1.0, "retry": False, "ignore_result": True}


def asked_of_a_broker(waker: Waker, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Return a list to which each sent task is appended; a first element "down" makes the broker fail."""
    asked: list[Any] = []

    def send_task(name: str, **options: Any) -> None:
        # The same message can wake another worker.
        if name != waker.task:
            return
        asked.append((name, options))
        if asked[0] == "down":
            raise OSError("no broker")

    class AtOnce:
        def __init__(self, target: Callable[[], None], **more: Any) -> None:
            self.start = target

    monkeypatch.setattr(wakeup, "has_broker", lambda: True)
    monkeypatch.setattr(wakeup, "threading", SimpleNamespace(Thread=AtOnce))
    monkeypatch.setattr(current_app, "send_task", send_task)
    waker.next_at = waker.paused_until = 0.0
    yield asked
    waker.next_at = waker.paused_until = 0.0
