"""Django with an empty test database, for as long as something is measured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.test.utils import setup_databases, setup_test_environment, teardown_databases


@contextmanager
def running_host() -> Iterator[Path]:
    """Set up Django and a test database, and yield the folder of the `chat_api` that was imported."""
    django.setup()
    import chat_api

    setup_test_environment(debug=False)
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        yield Path(chat_api.__file__).parent
    finally:
        teardown_databases(databases, verbosity=0)
