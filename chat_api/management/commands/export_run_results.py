"""``manage.py export_run_results``: export the runs of a script as a table."""

from __future__ import annotations

from django.core.management.base import CommandParser

from chat_api.chat.results.table import table_for
from chat_api.lib.tables import Progress, Table
from chat_api.management.exporting import ExportCommand
from chat_api.schemas.models import Schema
from chat_api.schemas.results.options import TableOptions


class Command(ExportCommand):
    """`manage.py export_run_results`."""

    help = (
        "Export the runs of a script in conversations: a row for each run, typed columns for each question."
    )
    rows = "runs"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the arguments."""
        super().add_arguments(parser)
        parser.add_argument(
            "--superseded",
            action="store_true",
            help="Add columns with the answers that corrections superseded.",
        )

    def table(self, kind: str, schema: Schema, progress: Progress | None, options: TableOptions) -> Table:
        """Return the table of the schema's runs."""
        return table_for(kind, schema, progress, options)
