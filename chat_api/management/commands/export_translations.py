"""``manage.py export_translations``: write the texts of a schema to a PO file for translators."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat_api.lib.atomic_files import write_text_whole
from chat_api.schemas.command_arguments import add_choice, chosen_schema
from chat_api.schemas.translations.po import BadPoFile, export_po


class Command(BaseCommand):
    """`manage.py export_translations`."""

    help = "Write the texts of a schema, with their existing translations, to a PO file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the arguments."""
        add_choice(parser)
        parser.add_argument("--language", required=True, help="The language, for example pl or pt-br.")
        parser.add_argument("-o", "--output", type=Path, help="The file to write. Default: standard output.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file."""
        schema = chosen_schema(pk=options["pk"], name=options["name"], database=options["database"])
        try:
            text = export_po(schema, options["language"])
        except BadPoFile as error:
            raise CommandError(str(error)) from error
        path: Path | None = options["output"]
        if path is None:
            self.stdout.write(text)
            return
        try:
            write_text_whole(path, text)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror or error}") from error
