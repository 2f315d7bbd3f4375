"""Makes everything ready for a look at the library, says how to go about it, and serves it."""

import shutil
import socket
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.db.migrations.exceptions import InconsistentMigrationHistory, NodeNotFoundError

from chat_api.schemas.models import Schema
from clinic.background import refuse_silent_broker
from clinic.people import PASSWORD, PEOPLE, load_people
from clinic.questionnaires import load_questionnaires
from clinic.serving import HOST, serve


class Command(BaseCommand):
    """``demo``: what it loads is loaded once, so it can be run again and again."""

    help = (
        "Migrates the database, loads people and questionnaires, says what to try, and serves on 127.0.0.1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the port, whether to serve, and whether to begin anew."""
        parser.add_argument("--port", type=int, default=8000, help="where to serve on 127.0.0.1 (8000)")
        parser.add_argument("--no-serve", action="store_true", help="make ready and say what to try, only")
        parser.add_argument(
            "--fresh", action="store_true", help="begin anew: what was tried before is deleted"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make ready, explain, serve. Raises `CommandError` where the port or the database is of no use."""
        port: int = options["port"]
        serves = not options["no_serve"]
        if serves:
            refuse_taken_port(port)
            refuse_silent_broker()
        if options["fresh"]:
            delete_what_was_tried()
        bring_up_to_date()
        load_people()
        load_questionnaires()
        self.stdout.write(instructions(port))
        if serves:
            self.stdout.write("Serving. Press Ctrl+C to stop.\n")
            self.stdout.flush()
            serve(port)
            self.stdout.write("Stopped.")


def refuse_taken_port(port: int) -> None:
    """Raise `CommandError` if nothing can be served on that port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the server does, so that a port it closed a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Cannot serve on {HOST}:{port} ({error}). Stop what is there, or choose another port: "
                f'make demo ARGS="--port {port + 1 if 1024 <= port < 65535 else 8001}"'
            ) from error


def delete_what_was_tried() -> None:
    """Delete the example's database, what SQLite keeps beside it, and uploads; nothing is wrong without them."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{settings.DATABASES['default']['NAME']}{suffix}").unlink(missing_ok=True)
    shutil.rmtree(Path(settings.MEDIA_ROOT) / "attachments", ignore_errors=True)


def bring_up_to_date() -> None:
    """Migrate. Raises `CommandError` that names the way out where the database is in no state for that."""
    try:
        call_command("migrate", interactive=False, verbosity=0)
    # LookupError: a first start was broken off after the tables were made, and before that was written down.
    except (DatabaseError, LookupError, InconsistentMigrationHistory, NodeNotFoundError) as error:
        raise CommandError(
            f"Cannot use {settings.DATABASES['default']['NAME']} ({error}). Perhaps its first start was broken "
            "off, or another version of the example made it. This deletes it and begins anew: "
            "make demo ARGS=--fresh"
        ) from error


def instructions(port: int) -> str:
    """Give what to open, whom to sign in as, and what to type, for the database as it is."""
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
  {base}/                                  the chat; and, for somebody else in a second window,
  http://localhost:{port}/                                  (a browser keeps one sign-in for each name of a host)
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
README.rst shows the whole conversation, answer by answer.
"""
