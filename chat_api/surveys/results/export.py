"""The formats in which a table of surveys can be written: CSV, JSON, XLSX."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from typing import Final

from chat_api.lib.tables import FORMATS, JSON, SHEET_ROWS_MAX, XLSX, ExportRefused, Progress, Table
from chat_api.schemas.models import Schema
from chat_api.surveys.results.table import table_of

__all__ = ["FORMATS", "ExportRefused", "formats", "table_for"]

_SHEET_ROWS_MAX: Final = SHEET_ROWS_MAX


def formats() -> tuple[str, ...]:
    """Return the formats that are available; XLSX needs openpyxl."""
    return tuple(name for name in FORMATS if name != XLSX or find_spec("openpyxl") is not None)


def table_for(kind: str, schema: Schema, progress: Progress | None = None) -> Table:
    """Return the schema's table for one of `FORMATS`: of these only JSON has lists in cells."""
    return replace(table_of(schema, progress, lists=kind == JSON), rows_max=_SHEET_ROWS_MAX)
