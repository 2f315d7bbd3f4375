"""The base of commands that export results of a schema as a table."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path
from typing import IO, Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat_api.lib.atomic_files import write_whole
from chat_api.lib.tables import CSV, FORMATS, TEXTS, ExportRefused, Progress, Table, write_xlsx
from chat_api.schemas.command_arguments import add_database, chosen_database, chosen_schema
from chat_api.schemas.models import Schema
from chat_api.schemas.results.options import MULTICHOICES, TableOptions

_BAR: Final = 30
_ID_DIGITS_MAX: Final = 19


class ExportCommand(BaseCommand):
    """A command that writes a table of a schema to a file or to standard output; a subclass says which."""

    #: What the rows are, in the plural.
    rows = ""
    requires_system_checks: list[str] = []

    def table(self, kind: str, schema: Schema, progress: Progress | None, options: TableOptions) -> Table:
        """Return the table for one of `FORMATS`. Raises `ExportRefused`."""
        raise NotImplementedError

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the arguments."""
        parser.add_argument(
            "schema",
            help="The id of a schema, or a name, which selects its latest version. A number is first tried as an id.",
        )
        parser.add_argument(
            "--format",
            choices=FORMATS,
            help="Default: the extension of the output file, else csv. xlsx needs openpyxl.",
        )
        parser.add_argument(
            "-o",
            "--output",
            type=Path,
            help="The file to write; it must not exist yet. Default: standard output.",
        )
        parser.add_argument(
            "--all-versions",
            action="store_true",
            help="Export all published versions of the schema together: questions that are the same share columns.",
        )
        parser.add_argument(
            "--repeat",
            metavar="KEY",
            help="Export the repeated group with that key: a row for each time that its questions were asked.",
        )
        parser.add_argument(
            "--labels",
            action="store_true",
            help="Export the texts of chosen answers instead of their values.",
        )
        parser.add_argument(
            "--multichoice",
            choices=MULTICHOICES,
            help="Export a multiple choice as a column for each option, or as a list, the default of json.",
        )
        add_database(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the table. Raises `CommandError`, and then leaves no partial file."""
        schema = _chosen(options["schema"], chosen_database(options["database"]))
        path = None if options["output"] is None else Path(options["output"])
        kind = options["format"] or _format_of(path)
        if path is None and kind not in TEXTS:
            raise CommandError(f"{kind} cannot be written to standard output. Name a file with -o.")
        if path is not None and os.path.lexists(path):
            raise CommandError(f"{path} already exists. Choose another name.")
        try:
            table = self.table(kind, schema, self._progress(), _table_options(options))
            if path is None:
                for chunk in TEXTS[kind](table):
                    self.stdout.write(chunk, ending="")
            else:
                write_whole(path, lambda file: _write(table, kind, file), private=True)
        except ExportRefused as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{path or 'standard output'}: {error.strerror or error}") from error

    def _progress(self) -> Progress | None:
        """Return a function that draws a progress bar on standard error; None if that is not a terminal."""
        if not self.stderr.isatty():
            return None

        def draw(done: int, number: int) -> None:
            filled = _BAR * done // number
            bar = "#" * filled + "." * (_BAR - filled)
            end = "\n" if done >= number else ""
            # Without a style, Django colors what goes to standard error like an error.
            self.stderr.write(f"\r[{bar}] {done} of {number} {self.rows}{end}", _plain, ending="")
            self.stderr.flush()

        return draw


def _table_options(given: dict[str, Any]) -> TableOptions:
    names = (each.name for each in fields(TableOptions))
    return TableOptions(**{name: given[name] for name in names if name in given})


def _chosen(name: str, database: str) -> Schema:
    """Return the schema with that id, or the latest with that name. Raises `CommandError`."""
    if name.isdecimal() and len(name) <= _ID_DIGITS_MAX:
        found = Schema.objects.using(database).filter(pk=int(name)).first()
        if found is not None:
            return found
    try:
        return chosen_schema(pk=None, name=name, database=database)
    except CommandError as error:
        raise CommandError(f"There is no schema with the id or the name {name!r}.") from error


def _format_of(path: Path | None) -> str:
    suffix = "" if path is None else path.suffix.lower().removeprefix(".")
    return suffix if suffix in FORMATS else CSV


def _plain(text: str) -> str:
    return text


def _write(table: Table, kind: str, file: IO[bytes]) -> None:
    if kind not in TEXTS:
        write_xlsx(table, file)
        return
    for chunk in TEXTS[kind](table):
        file.write(chunk.encode())
