"""Waking a worker after commit, so that messages are found soon. What it does not find is found by the next beat."""

from __future__ import annotations

import logging
import threading
import time
from typing import Final

from django.db import transaction

from chat_api.lib.host_celery import host_app

logger = logging.getLogger("chat_api.search")

TASK: Final = "chat_api.tasks.index_messages"
#: A worker is woken at most so often (seconds), and begins so much later: it finds all that came in between.
_INTERVAL: Final = 1.0
#: How long a broker that could not be reached is left alone (seconds).
_PAUSE: Final = 30.0


class _Next:
    """When a worker may be woken again (monotonic seconds)."""

    at: float = 0.0


_next: Final = _Next()


def wake_after_commit() -> None:
    """Let a worker look for messages to index soon after the transaction commits, if the host has a broker.

    It is asked from a thread of its own: a broker that is down costs the request nothing.
    """
    if _has_broker():
        transaction.on_commit(_wake, robust=True)


def _has_broker() -> bool:
    conf = host_app().conf
    return bool(conf.get("broker_url")) and not conf.get("task_always_eager")


def _wake() -> None:
    now = time.monotonic()
    if now < _next.at:
        return
    _next.at = now + _INTERVAL
    threading.Thread(target=_ask, name="chat_api.search", daemon=True).start()


def _ask() -> None:
    try:
        host_app().send_task(TASK, countdown=_INTERVAL, retry=False, ignore_result=True)
    except Exception:
        _next.at = time.monotonic() + _PAUSE
        logger.warning("No worker could be woken; messages are indexed at the next beat.", exc_info=True)
