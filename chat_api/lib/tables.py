"""Tables, and the formats in which they can be written: CSV, JSON, XLSX."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from importlib.util import find_spec
from typing import IO, Any, Final, TypeAlias

CSV: Final = "csv"
JSON: Final = "json"
XLSX: Final = "xlsx"
FORMATS: Final = (CSV, JSON, XLSX)

#: The value of a cell.
Value: TypeAlias = str | int | float | bool | date | time | list[Any] | None
#: Called after each chunk with the number of rows read, and of all rows.
Progress: TypeAlias = Callable[[int, int], None]

#: Parsers of JSON, and spreadsheets, round larger numbers.
EXACT_MAX: Final = 2**53
#: A number in plain notation, as answers have it: 5, -0.5, .5, 5.
PLAIN_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", re.ASCII)
#: Characters with which a spreadsheet starts a formula, full-width forms included:
#: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
#: Where decimals are written 0,5, spreadsheets separate cells by semicolons. Quotes do not hold a cell together then,
#: and each of these parts can become a cell.
_PART: Final = re.compile(r"(?<=[;\r\n])[^;\r\n]+")
#: The limits of a sheet, without the row of headings.
SHEET_ROWS_MAX: Final = 2**20 - 1
_SHEET_COLUMNS_MAX: Final = 2**14
_NOT_IN_SHEETS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: Spreadsheets count days from 1900, in which they have a 29 February.
_SHEET_DATES_FROM: Final = date(1900, 3, 1)


class ExportRefused(Exception):
    """The results cannot be written in the format; the text says why, and what to use instead."""


@dataclass(frozen=True, slots=True)
class Table:
    """The headings and an iterator of rows, each with a value for every heading; `number` of them are known before.

    Rows are written `chunk` at a time. `what` says what a row is, in the plural.
    """

    headings: tuple[str, ...]
    number: int
    rows: Iterator[list[Value]]
    chunk: int
    what: str


def number_cell(value: float) -> Value:
    """Return a number for a cell: without a decimal point if it is whole, as a text if it would be rounded."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < EXACT_MAX else value
    return value if abs(value) < EXACT_MAX else str(value)


def formats() -> tuple[str, ...]:
    """Return the formats that are available; XLSX needs openpyxl."""
    return tuple(name for name in FORMATS if name != XLSX or find_spec("openpyxl") is not None)


def csv_chunks(rows: Table) -> Iterator[str]:
    """Yield the table as CSV, some hundred lines at a time. No cell can be taken for a formula."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([_harmless(heading) for heading in rows.headings])
    for number, row in enumerate(rows.rows, start=1):
        writer.writerow([_harmless(_as_text(value)) for value in row])
        if number % rows.chunk == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _as_text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)


def _harmless(cell: str) -> str:
    """Return the cell with an apostrophe in front of every formula; numbers are not formulas."""
    cell = _PART.sub(lambda found: f"'{found[0]}" if _is_formula(found[0].lstrip('"')) else found[0], cell)
    return f"'{cell}" if _is_formula(cell) else cell


def _is_formula(text: str) -> bool:
    return text.startswith(_FORMULA) and not PLAIN_NUMBER.fullmatch(text)


def json_chunks(rows: Table) -> Iterator[str]:
    """Yield the table as a JSON list of objects, some hundred at a time; unknown values are null."""
    buffer = io.StringIO()
    buffer.write("[")
    for number, row in enumerate(rows.rows):
        buffer.write(",\n" if number else "\n")
        json.dump(dict(zip(rows.headings, row, strict=True)), buffer, ensure_ascii=False, default=_as_text)
        if number % rows.chunk == rows.chunk - 1:
            yield _taken(buffer)
    buffer.write("\n]\n")
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def write_xlsx(rows: Table, file: IO[bytes]) -> None:
    """Write the table as a sheet; dates are dates, and texts stay texts, even those that look like a formula.

    Characters that XML does not allow are left out, and a cell holds 32,767 characters. Raises `ExportRefused` if
    openpyxl is not installed, or if a sheet cannot hold that many rows or columns.
    """
    try:
        from openpyxl import Workbook  # type: ignore[import-untyped]
        from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
    except ImportError as error:
        raise ExportRefused('XLSX needs openpyxl: pip install "django-chat-api[xlsx]"') from error
    limits = f"{SHEET_ROWS_MAX} {rows.what} and {_SHEET_COLUMNS_MAX} columns"
    refused = ExportRefused(f"A sheet holds at most {limits}. Use {CSV} or {JSON} instead.")
    if rows.number > SHEET_ROWS_MAX or len(rows.headings) > _SHEET_COLUMNS_MAX:
        raise refused
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Results")
    sheet.freeze_panes = "B2"

    def cell(value: Value) -> Any:
        if isinstance(value, date | time) and not _is_in_sheets(value):
            value = value.isoformat()
        if not isinstance(value, str):
            return value
        made = WriteOnlyCell(sheet, _NOT_IN_SHEETS.sub("", value))
        # By default openpyxl takes a text with = for a formula, and #N/A for an error.
        made.data_type = "s"
        return made

    try:
        sheet.append([cell(heading) for heading in rows.headings])
        for number, row in enumerate(rows.rows, start=1):
            if number > SHEET_ROWS_MAX:
                raise refused
            sheet.append([cell(value) for value in row])
    except BaseException:
        # Only saving removes openpyxl's temporary file before the process ends.
        with suppress(Exception):
            book.save(io.BytesIO())
        raise
    book.save(file)


def _is_in_sheets(value: date | time) -> bool:
    """Return whether sheets have the date or time; they have no time zones, and no dates of earlier centuries."""
    if isinstance(value, datetime):
        return value.tzinfo is None and value.date() >= _SHEET_DATES_FROM
    return value.tzinfo is None if isinstance(value, time) else value >= _SHEET_DATES_FROM


#: The writers of the formats that are text.
TEXTS: Final[dict[str, Callable[[Table], Iterator[str]]]] = {CSV: csv_chunks, JSON: json_chunks}
