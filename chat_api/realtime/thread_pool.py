"""The thread pool in which sockets query the database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from channels.db import database_sync_to_async

#: The number of database connections that the sockets of one process share.
_DATABASE_THREADS: Final = 4

_threads: Final = ThreadPoolExecutor(_DATABASE_THREADS, thread_name_prefix="chat_api.sockets")


async def in_database(function: Any, *args: Any, **kwargs: Any) -> Any:
    """Call a function that queries the database in a thread, so that it blocks only the socket that awaits it."""
    return await database_sync_to_async(function, thread_sensitive=False, executor=_threads)(*args, **kwargs)
