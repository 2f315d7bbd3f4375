"""Waking a worker after commit, so that work does not wait for the next beat. Nothing depends on it."""

from __future__ import annotations

import logging
import threading
import time
from typing import Final

from chat_api.lib.celery.app import host_app
from chat_api.lib.db.transactions import on_commit

logger = logging.getLogger("chat_api.tasks")

#: A worker is woken at most so often (seconds), and begins so much later: it finds all that came in between.
_INTERVAL: Final = 1.0
#: How long a broker that could not be reached is left alone (seconds).
_PAUSE: Final = 30.0


class Waker:
    """Asks the host's workers for one task, seldom, and never at the cost of the request."""

    def __init__(self, task: str) -> None:
        self.task = task
        #: When a worker may be woken again (monotonic seconds).
        self.next_at = 0.0
        #: Until when a host that has no broker, or no usable app, is not asked again (monotonic seconds).
        self.paused_until = 0.0

    def wake_after_commit(self) -> None:
        """Let a worker carry out the task soon after the transaction commits, if the host has a broker.

        It is asked from a thread of its own: a broker that is down costs the request nothing.
        """
        on_commit(self._wake)

    def _can_wake(self) -> bool:
        try:
            if has_broker():
                return True
            self.paused_until = time.monotonic() + _INTERVAL
        except Exception:
            self.paused_until = time.monotonic() + _PAUSE
            logger.warning(
                "The Celery app of this project cannot be loaded, so that %s waits for the next beat.",
                self.task,
                exc_info=True,
            )
        return False

    def _wake(self) -> None:
        now = time.monotonic()
        if now < self.next_at or now < self.paused_until or not self._can_wake():
            return
        self.next_at = now + _INTERVAL
        threading.Thread(target=self._ask, name=self.task, daemon=True).start()

    def _ask(self) -> None:
        try:
            host_app().send_task(self.task, countdown=_INTERVAL, retry=False, ignore_result=True)
        except Exception:
            self.next_at = time.monotonic() + _PAUSE
            logger.warning(
                "No worker could be woken for %s; the next beat does it.", self.task, exc_info=True
            )


def has_broker() -> bool:
    """Return whether tasks of the host go to workers. Raises what `host_app` raises."""
    conf = host_app().conf
    return bool(conf.get("broker_url")) and not conf.get("task_always_eager")
