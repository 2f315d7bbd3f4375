"""A broker that is there, or down, and what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from celery import current_app

from chat_api.lib.celery import wakeup
from chat_api.lib.celery.wakeup import Waker

#: How a task is sent that wakes a worker.
OPTIONS = {"countdown": 1.0, "retry": False, "ignore_result": True}


def asked_of_a_broker(waker: Waker, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Return what the waker asks of a broker, as a list that fills; "down" put into it first lets the broker fail."""
    asked: list[Any] = []

    def send_task(name: str, **options: Any) -> None:
        # Another one may be woken by the same message.
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
