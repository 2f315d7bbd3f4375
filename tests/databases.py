"""The databases of the test host: the one of the chat, and those that tests can use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, cast

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.connection import ConnectionProxy

REPLICA: Final = "replica"
#: All writable databases.
WRITTEN: Final = tuple(alias for alias in settings.DATABASES if alias != REPLICA)
#: The connection of the chat, as `django.db.connection` is that of `default`.
connection: Final = cast(
    BaseDatabaseWrapper, ConnectionProxy(connections, "chat" if "chat" in WRITTEN else "default")
)


@contextmanager
def replica() -> Iterator[None]:
    """Create the empty tables of the replica for the block, if the host has one."""
    if REPLICA not in settings.DATABASES:
        yield
        return
    creation = connections[REPLICA].creation
    name = connections[REPLICA].settings_dict["NAME"]
    creation.create_test_db(verbosity=0, autoclobber=True)
    yield
    creation.destroy_test_db(name, verbosity=0)
