"""``manage.py export_survey_results``: export the surveys of a schema as a table."""

from __future__ import annotations

from django.core.management.base import CommandParser

from chat_api.lib.tables import Progress, Table
from chat_api.management.exporting import ExportCommand
from chat_api.schemas.models import Schema
from chat_api.schemas.results.options import TableOptions
from chat_api.surveys.results.table import table_for


class Command(ExportCommand):
    """`manage.py export_survey_results`."""

    help = "Export the surveys of a schema: a row for each survey, columns for each question."
    rows = "surveys"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the arguments."""
        super().add_arguments(parser)
        parser.add_argument(
            "--typed",
            action="store_true",
            help="Export typed columns also if no question has a name: dates as dates, values of answers, variables.",
        )

    def table(self, kind: str, schema: Schema, progress: Progress | None, options: TableOptions) -> Table:
        """Return the table of the schema's surveys."""
        return table_for(kind, schema, progress, options)
