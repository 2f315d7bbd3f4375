"""Start a task soon after a commit, before the next beat does. It is only an optimization."""

from __future__ import annotations

import logging
import threading
import time
from typing import Final

from chat_api.lib.celery.app import host_app
from chat_api.lib.db.transactions import on_commit

logger = logging.getLogger("chat_api.tasks")

#: Minimum interval between two starts of a task, and its countdown, in seconds: each start processes all pending work.
_INTERVAL: Final = 1.0
#: Seconds without further attempts after a broker was unreachable.
_PAUSE: Final = 30.0


class Waker:
    """Sends one task to the host's workers, at most once per interval, without delaying the request."""

    def __init__(self, task: str) -> None:
        self.task = task
        #: The earliest time of the next start (monotonic seconds).
        self.next_at = 0.0
        #: When a host without a broker, or without a usable app, is tried next (monotonic seconds).
        self.paused_until = 0.0

    def wake_after_commit(self) -> None:
        """Send the task to a worker soon after the transaction commits, as `wake` does."""
        on_commit(self.wake)

    def wake(self) -> None:
        """Send the task to a worker soon, if the host has a broker; its input has been committed.

        It is sent in a separate thread: a broker that is down does not delay the request.
        """
        now = time.monotonic()
        if now < self.next_at or now < self.paused_until or not self._can_wake():
            return
        self.next_at = now + _INTERVAL
        threading.Thread(target=self._ask, name=self.task, daemon=True).start()

    def _can_wake(self) -> bool:
        try:
            if has_broker():
                return True
            self.paused_until = time.monotonic() + _INTERVAL
        except Exception:
            self.paused_until = time.monotonic() + _PAUSE
            logger.warning(
                "The Celery app of this project cannot be imported; %s waits for the next beat.",
                self.task,
                exc_info=True,
            )
        return False

    def _ask(self) -> None:
        try:
            host_app().send_task(self.task, countdown=_INTERVAL, retry=False, ignore_result=True)
        except Exception:
            self.next_at = time.monotonic() + _PAUSE
            logger.warning(
                "%s could not be sent to a worker; it waits for the next beat.", self.task, exc_info=True
            )


def has_broker() -> bool:
    """Return whether the host sends tasks to workers. Raises the exceptions of `host_app`."""
    conf = host_app().conf
    return bool(conf.get("broker_url")) and not conf.get("task_always_eager")
