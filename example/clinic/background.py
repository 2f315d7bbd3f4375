"""Background work beside the server: a Celery worker if there is a broker, else threads."""

import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import close_old_connections, connections

from clinic.celery import app

logger = logging.getLogger("clinic")

_STOP_SECONDS = 10


def reject_unreachable_broker() -> None:
    """Raise `CommandError` if a broker is configured and does not respond."""
    if not settings.CELERY_BROKER_URL:
        return
    try:
        with app.connection_for_write(connect_timeout=3) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=5)
    except Exception as error:
        name = "AMQP_URL" if os.environ.get("AMQP_URL") else "REDIS_URL"
        raise CommandError(
            f"{name} is set, but there is no response ({error}). Start it, or unset {name}: the demo needs none."
        ) from error


@contextmanager
def background_work() -> Iterator[None]:
    """Run the tasks of CELERY_BEAT_SCHEDULE during the block; nothing keeps running afterwards."""
    with _celery() if settings.CELERY_BROKER_URL else _threads():
        yield


@contextmanager
def _celery() -> Iterator[None]:
    """Run a worker and a beat as separate processes."""
    celery = [sys.executable, "-m", "celery", "-A", "clinic"]
    quiet = ["--loglevel", "WARNING"]
    with tempfile.TemporaryDirectory(prefix="clinic-") as folder:
        commands = [
            [*celery, "-q", "worker", "--pool", "solo", "--without-gossip", "--without-mingle", *quiet],
            [*celery, "-q", "beat", "--schedule", os.path.join(folder, "beat"), "--pidfile=", *quiet],
        ]
        running: list[subprocess.Popen[bytes]] = []
        try:
            running.extend(_started(command) for command in commands)
            yield
        finally:
            _stop(running)


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    path = os.pathsep.join(filter(None, [str(settings.BASE_DIR), os.environ.get("PYTHONPATH")]))
    # In a separate session, so that Ctrl+C in the terminal reaches only the server, which then stops this process.
    return subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": path}, stdin=subprocess.DEVNULL, start_new_session=True
    )


def _stop(running: list[subprocess.Popen[bytes]]) -> None:
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def _threads() -> Iterator[None]:
    """Start a thread for each entry; the management command does the work of the task with the same name.

    Threads instead of processes, because the channel layer in memory exists in this process alone.
    """
    stop = threading.Event()
    threads = []
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        command = entry["task"].rpartition(".")[2]
        thread = threading.Thread(
            target=_repeat, args=(command, entry["schedule"], stop), name=command, daemon=True
        )
        thread.start()
        threads.append(thread)
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=_STOP_SECONDS)


def _repeat(command: str, seconds: float, stop: threading.Event) -> None:
    while not stop.wait(seconds):
        close_old_connections()
        try:
            call_command(command, stdout=StringIO())
        except Exception:
            logger.exception("A round of %s failed", command)
    connections.close_all()
