"""Rows of exports, and values as they show them."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

from django.core.management import call_command

from chat_api.schemas.models import Schema

Row = dict[str, Any]


def export(command: str, schema: Schema, *args: str) -> str:
    out = io.StringIO(newline="")
    call_command(command, str(schema.pk), *args, stdout=out)
    return out.getvalue()


def exported(command: str, schema: Schema, *args: str) -> list[Row]:
    """Return the rows of the export as JSON, which those of CSV equal."""
    rows: list[Row] = json.loads(export(command, schema, "--format", "json", *args))
    lists = json.loads(export(command, schema, "--format", "json", "--multichoice", "columns", *args))
    cells = [*csv.DictReader(io.StringIO(export(command, schema, *args), newline=""))]
    assert cells == [{name: _cell(name, value) for name, value in row.items()} for row in lists]
    return rows


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(value) if name.endswith(" answers") else json.dumps(value, ensure_ascii=False)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    # What a spreadsheet takes for a formula begins with an apostrophe.
    return f"'{text}" if text.startswith(("+", "-")) and isinstance(value, str) else text


def plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    return [*value] if isinstance(value, tuple) else value


def open_flags(row: Row) -> set[str]:
    """Return the names of flags that were raised and not cleared."""
    names = [heading.split()[1] for heading in row if heading.startswith("flag ") and heading.count(" ") == 1]
    return {name for name in names if row[f"flag {name}"] is not None and row[f"flag {name} cleared"] is None}


def shown_in(row: Row, cells: Row) -> Row:
    return {name: row[name] for name in cells}
