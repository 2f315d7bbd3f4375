"""The names of the channel layer's groups. They hold ids; whatever else could be a user's key goes in as a digest."""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final

_PLAIN_KEY: Final = re.compile(r"[0-9]{1,20}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def thread_group(thread_id: int) -> str:
    """Give the group of the sockets that a thread is open in."""
    return f"chat_api.thread.{thread_id}"


def user_group(user_id: Any) -> str:
    """Give the group of a user's sockets."""
    key = str(user_id)
    if not _PLAIN_KEY.fullmatch(key):
        key = digest(key)
    return f"chat_api.user.{key}"


def digest(secret: str) -> str:
    """Give what stands for a secret (a session's key, a ticket) where others could read it: SHA-256, 64 hex digits."""
    return hashlib.sha256(secret.encode()).hexdigest()
