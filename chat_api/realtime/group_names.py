"""The names of channel layer groups. They contain ids; other kinds of user keys are hashed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any, Final

_PLAIN_KEY: Final = re.compile(r"[0-9]{1,20}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


#: Returns the group of the sockets that deliver a thread, by its id. Every event is sent to it.
thread_group: Final[Callable[[int], str]] = "chat_api.thread.{}".format


def user_group(user_id: Any) -> str:
    """Return the group of a user's sockets."""
    key = str(user_id)
    if not _PLAIN_KEY.fullmatch(key):
        key = digest(key)
    return f"chat_api.user.{key}"


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret (a session key, a ticket) as 64 hex digits, for places that others can read."""
    return hashlib.sha256(secret.encode()).hexdigest()
