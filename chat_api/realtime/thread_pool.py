"""The threads in which sockets ask the database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from channels.db import database_sync_to_async

#: So many connections to the database the sockets of one process share.
_DATABASE_THREADS: Final = 4

_threads: Final = ThreadPoolExecutor(_DATABASE_THREADS, thread_name_prefix="chat_api.sockets")


async def in_database(function: Any, *args: Any, **kwargs: Any) -> Any:
    """Call a function that asks the database, in a thread; a slow one holds up no socket but the one that waits."""
    return await database_sync_to_async(function, thread_sensitive=False, executor=_threads)(*args, **kwargs)
