"""``manage.py export_survey_results``: export the surveys of a schema as a table."""

from __future__ import annotations

from typing import Any

from chat_api.lib.tables import Progress, Table
from chat_api.management.exporting import ExportCommand
from chat_api.schemas.models import Schema
from chat_api.surveys.results.table import table_for


class Command(ExportCommand):
    """`manage.py export_survey_results`."""

    help = "Export the surveys of a schema: a row for each survey, columns for each question."
    rows = "surveys"

    def table(self, kind: str, schema: Schema, progress: Progress | None, options: dict[str, Any]) -> Table:
        """Return the table of the schema's surveys."""
        return table_for(
            kind, schema, progress, all_versions=options["all_versions"], repeat=options["repeat"]
        )
