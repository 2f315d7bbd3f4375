"""``manage.py load_schema``: load schemas from files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat_api.schemas.command_arguments import add_database, chosen_database
from chat_api.schemas.portability import BadDocument, load


class Command(BaseCommand):
    """`manage.py load_schema`."""

    help = (
        "Load schemas from files with new ids, all files or none: fixtures (.json, .yaml, .xml) or compact documents"
        " (.json, .yaml). They are unpublished. If a version exists already, the schema becomes the next version."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the arguments."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        add_database(parser)
        parser.add_argument(
            "-i",
            "--ignorenonexistent",
            action="store_true",
            help="Skip fields and models in fixtures that do not exist.",
        )
        parser.add_argument("--publish", action="store_true", help="Check the schemas and publish them.")
        parser.add_argument(
            "--format",
            choices=("auto", "compact"),
            default="auto",
            help="compact rejects fixtures. Default: auto.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the files."""
        try:
            loaded = load(
                [Path(path) for path in options["files"]],
                using=chosen_database(options["database"]),
                ignorenonexistent=options["ignorenonexistent"],
                publish=options["publish"],
                only_compact=options["format"] == "compact",
            )
        except BadDocument as error:
            raise CommandError(str(error)) from error
        if options["verbosity"] >= 1:
            self.stdout.write(f"Installed {loaded.objects} object(s) from {len(options['files'])} fixture(s)")
        if options["verbosity"] >= 2:
            for schema in loaded.schemas:
                self.stdout.write(f"{schema.pk}: {schema}")
