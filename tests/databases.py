"""The databases of the host that the suite runs in: which one has the chat, and which ones a test may use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, cast

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.connection import ConnectionProxy

REPLICA: Final = "replica"
#: All that are written to.
WRITTEN: Final = tuple(alias for alias in settings.DATABASES if alias != REPLICA)
#: The connection of the chat, as `django.db.connection` is that of `default`.
connection: Final = cast(
    BaseDatabaseWrapper, ConnectionProxy(connections, "chat" if "chat" in WRITTEN else "default")
)


@contextmanager
def replica() -> Iterator[None]:
    """Have the host's replica, if there is one, for the time of the block: its tables are there, and empty."""
    if REPLICA not in settings.DATABASES:
        yield
        return
    creation = connections[REPLICA].creation
    name = connections[REPLICA].settings_dict["NAME"]
    creation.create_test_db(verbosity=0, autoclobber=True)
    yield
    creation.destroy_test_db(name, verbosity=0)
