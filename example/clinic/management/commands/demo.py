"""The command that prepares and serves the example, and prints how to use it."""

import shutil
import socket
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.exceptions import InconsistentMigrationHistory, NodeNotFoundError

from chat_api.schemas.models import Schema
from clinic.background import reject_unreachable_broker
from clinic.people import PASSWORD, PEOPLE, load_people
from clinic.questionnaires import load_questionnaires
from clinic.sample import load_sample
from clinic.serving import HOST, serve


class Command(BaseCommand):
    """``demo``: it loads everything once, so it can be run repeatedly."""

    help = "Migrate the database, load people and questionnaires, print what to try, and serve on 127.0.0.1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the port, whether to serve, and whether to start from scratch."""
        parser.add_argument("--port", type=int, default=8000, help="where to serve on 127.0.0.1 (8000)")
        parser.add_argument("--no-serve", action="store_true", help="only prepare, and print what to try")
        parser.add_argument(
            "--fresh", action="store_true", help="start from scratch: delete the data of earlier runs"
        )
        parser.add_argument(
            "--bare", action="store_true", help="add no conversations and surveys of the sample"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, explain, serve. Raise `CommandError` if the port or the database cannot be used."""
        port: int = options["port"]
        serves = not options["no_serve"]
        if serves:
            reject_taken_port(port)
            reject_unreachable_broker()
        if options["fresh"]:
            delete_data()
        migrate()
        if options["fresh"]:
            empty_database()
        load_people()
        load_questionnaires()
        if not options["bare"]:
            load_sample()
        self.stdout.write(instructions(port))
        if serves:
            self.stdout.write("Serving. Press Ctrl+C to stop.\n")
            self.stdout.flush()
            serve(port)
            self.stdout.write("Stopped.")


def reject_taken_port(port: int) -> None:
    """Raise `CommandError` if the port cannot be used."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Like the server, so that a port that was just closed counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Cannot serve on {HOST}:{port} ({error}). Stop what uses the port, or choose another: "
                f'make demo ARGS="--port {port + 1 if 1024 <= port < 65535 else 8001}"'
            ) from error


def is_file() -> bool:
    """Return whether the database is a file of the example's own."""
    return connection.vendor == "sqlite"


def delete_data() -> None:
    """Delete the example's database with the files that SQLite keeps beside it, and uploads, if they exist."""
    if is_file():
        for suffix in ("", "-wal", "-shm"):
            Path(f"{settings.DATABASES['default']['NAME']}{suffix}").unlink(missing_ok=True)
    shutil.rmtree(Path(settings.MEDIA_ROOT) / "attachments", ignore_errors=True)


def empty_database() -> None:
    """Delete the rows of a database on a server, and begin their ids at 1 again."""
    if not is_file():
        call_command("flush", interactive=False, verbosity=0)


def migrate() -> None:
    """Migrate. Raise `CommandError` with a remedy if the database cannot be migrated."""
    try:
        call_command("migrate", interactive=False, verbosity=0)
    # LookupError: the first run was interrupted between the creation of the tables and its record.
    except (DatabaseError, LookupError, InconsistentMigrationHistory, NodeNotFoundError) as error:
        raise CommandError(
            f"Cannot use {settings.DATABASES['default']['NAME']} ({error}). Perhaps its first run was "
            "interrupted, or another version of the example created it. To delete it and start from scratch: "
            "make demo ARGS=--fresh"
        ) from error


def instructions(port: int) -> str:
    """Return URLs, accounts and commands for the current database."""
    base = f"http://{HOST}:{port}"
    people = "\n".join(f"  {person.username:<8}{PASSWORD:<8}{person.role}" for person in PEOPLE)
    schemas = "\n".join(
        f"  {schema.pk:<4}{schema.type:<16}{schema.name}"
        for schema in Schema.objects.filter(published=True, deprecated=False).order_by("pk")
    )
    patient = PEOPLE[0].username
    user_id = get_user_model()._default_manager.get(username=patient).pk
    conversation = Schema.objects.filter(type="automated_flow", published=True).order_by("pk")[0].pk
    threads = f"{base}/api/accounts/{user_id}/threads/chat"
    body = f'{{"state": "scripted", "schema": {conversation}}}'
    return f"""
Open
  {base}/                                  the clinic; choose a person. For a second one, open
  http://localhost:{port}/                                  (a browser keeps one sign-in per host name)
  {base}/minimal/                          conversations on a page of ten lines
  {base}/api-auth/login/?next=/api/docs/   sign in, then try every endpoint
  {base}/admin/                            write questionnaires (as admin)
  {base}/api/schema/                       the OpenAPI document

Sign in as (name, password)
{people}

Questionnaires (id, type, name)
{schemas}

Or type
  curl -u {patient}:{PASSWORD} {threads}
  curl -u {patient}:{PASSWORD} --json '{body}' {threads}
  curl -u {patient}:{PASSWORD} {base}/api/threads/1/messages
README.rst shows a whole conversation with all responses, in a demo without conversations of its own:
make demo ARGS="--fresh --bare"
"""
