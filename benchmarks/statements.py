"""Every statement that a request sends to the database, counted by the driver: BEGIN, COMMIT and savepoints, too."""

from __future__ import annotations

import re
import tempfile
from typing import Any

from django.db import connection

from benchmarks.measure import Call

#: Where a message begins in a trace of libpq; its text may go on over several lines.
_MESSAGES = re.compile(r"^(?=[FB]\t\d+\t)", re.MULTILINE)
#: A message from the client to the server.
_SENT = re.compile(r"F\t\d+\t(Query|Parse|Bind|Execute)\b(.*)", re.DOTALL)
#: `PQTRACE_SUPPRESS_TIMESTAMPS`
_NO_TIMESTAMPS = 1


def statements_of(call: Call) -> list[str]:
    """Run `call` and return the statements sent to the default database, in order, one per line.

    Only the connection of this thread is traced. A statement that PostgreSQL prepared earlier is shown by its name.
    """
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        return _traced_by_libpq(call)
    return _traced_by_sqlite(call)


def _traced_by_sqlite(call: Call) -> list[str]:
    sent: list[str] = []
    driver: Any = connection.connection
    driver.set_trace_callback(sent.append)
    try:
        call()
    finally:
        driver.set_trace_callback(None)
    # What a trigger or a virtual table does inside one statement comes as a comment.
    return [_in_one_line(text) for text in sent if not text.startswith("--")]


def _traced_by_libpq(call: Call) -> list[str]:
    driver: Any = connection.connection
    with tempfile.TemporaryFile() as trace:
        driver.pgconn.trace(trace.fileno())
        driver.pgconn.set_trace_flags(_NO_TIMESTAMPS)
        try:
            call()
        finally:
            driver.pgconn.untrace()
        trace.seek(0)
        return _statements_in(trace.read().decode("utf-8", "replace"))


def _statements_in(trace: str) -> list[str]:
    sent = []
    # What the next Execute runs, as Parse has it, or Bind where nothing was parsed.
    pending = ""
    for message in _MESSAGES.split(trace):
        found = _SENT.match(message)
        if found is None:
            continue
        kind, text = found[1], _in_one_line(found[2]).removeprefix('"').removesuffix('"')
        if kind == "Query":
            sent.append(text)
        elif kind == "Execute":
            sent.append(pending)
            pending = ""
        elif kind == "Parse" or not pending:
            pending = text
    return sent


def _in_one_line(text: str) -> str:
    return " ".join(text.split())
