"""``manage.py dump_schema``: write a schema to a file for ``load_schema``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat_api.lib.atomic_files import write_text_whole
from chat_api.schemas.command_arguments import add_choice, chosen_schema
from chat_api.schemas.portability import COMPACT, FORMATS, BadDocument, dump


class Command(BaseCommand):
    """`manage.py dump_schema`."""

    help = "Write a schema with its questions and answers, as a fixture or as a compact document for editing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the arguments."""
        add_choice(parser)
        parser.add_argument(
            "--format",
            default="json",
            help=f"One of {', '.join(FORMATS)}. {COMPACT} is YAML, or JSON if the file is named .json. xml loses white"
            " space around texts. Default: json.",
        )
        parser.add_argument("--indent", type=int, help="Number of spaces to indent by.")
        parser.add_argument("-o", "--output", type=Path, help="The file to write. Default: standard output.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the schema."""
        schema = chosen_schema(pk=options["pk"], name=options["name"], database=options["database"])
        if options["format"] not in FORMATS:
            raise CommandError(f"Unknown serialization format: {options['format']}")
        path: Path | None = None if options["output"] is None else Path(options["output"])
        as_json = path is not None and path.suffix.lower() == ".json"
        try:
            text = dump(schema, format=options["format"], indent=options["indent"], as_json=as_json)
        except BadDocument as error:
            raise CommandError(f"Unable to serialize {schema}: {error}") from error
        if path is None:
            self.stdout.write(text)
            return
        try:
            write_text_whole(path, text if text.endswith("\n") else f"{text}\n")
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror or error}") from error
