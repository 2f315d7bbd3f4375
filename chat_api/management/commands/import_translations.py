"""``manage.py import_translations``: read the translations of a schema from a PO file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat_api.lib.errors import PublishedSchemaIsImmutable
from chat_api.schemas.command_arguments import add_choice, chosen_schema
from chat_api.schemas.portability.parsing import BadDocument, read_text
from chat_api.schemas.translations.po import BadPoFile, import_po


class Command(BaseCommand):
    """`manage.py import_translations`."""

    help = (
        "Set the translations of an unpublished schema from a PO file that export_translations wrote. Empty and fuzzy"
        " entries, and texts that have changed since, are skipped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the arguments."""
        parser.add_argument("file", type=Path, metavar="FILE")
        add_choice(parser)
        parser.add_argument("--language", required=True, help="The language, for example pl or pt-br.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the file and set the translations."""
        schema = chosen_schema(pk=options["pk"], name=options["name"], database=options["database"])
        path: Path = options["file"]
        try:
            done = import_po(schema, options["language"], read_text(path))
        except (BadDocument, BadPoFile) as error:
            raise CommandError(f"{path}: {error}") from error
        except PublishedSchemaIsImmutable as error:
            raise CommandError(f"{schema} is published and cannot change. Copy it as unpublished.") from error
        for passed in done.skipped:
            self.stderr.write(self.style.WARNING(f"Skipped: {passed}"))
        if options["verbosity"] >= 1:
            self.stdout.write(self.style.SUCCESS(f"{schema}: {done.changed} text(s) set."))
