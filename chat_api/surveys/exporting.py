"""The surveys of one version of a schema as a table: a row for each survey, a column for each question.

Read in chunks of surveys and never kept as a whole. Texts are as they were typed, not as they are stored.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import IO, Any, Final, TypeAlias

from django.db.models import Count, Max, Q, QuerySet

from chat_api.engine.graph import NON_ANSWERABLE, QuestionType
from chat_api.schemas.models import Question, Schema
from chat_api.settings import chat_settings
from chat_api.surveys.models import Survey, SurveyItem

#: What one row has for one question, or about the survey itself.
Value: TypeAlias = str | int | float | bool | None
#: Told, after each chunk, how many surveys are done, and how many there are.
Progress: TypeAlias = Callable[[int, int], None]

CSV: Final = "csv"
JSON: Final = "json"
XLSX: Final = "xlsx"
FORMATS: Final = (CSV, JSON, XLSX)

#: As many surveys are read at once.
CHUNK: Final = 500
#: What every row begins with.
ABOUT: Final = ("survey id", "user id", "created", "updated", "completed")

_PLAIN_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_WHOLE: Final = re.compile(r"[+-]?[0-9]+", re.ASCII)
_NUMBERS: Final = frozenset({QuestionType.INT, QuestionType.FLOAT, QuestionType.RANGE})
#: Beyond this a reader of JSON, or a spreadsheet, changes a number.
_EXACT_MAX: Final = 2**53
#: What spreadsheets take for the beginning of a formula, the wide forms too:
#: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
#: What a sheet can hold, the line of headings left out.
_SHEET_ROWS_MAX: Final = 2**20 - 1
_SHEET_COLUMNS_MAX: Final = 2**14
_NOT_IN_SHEETS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class ExportRefused(Exception):
    """The results cannot be written in that format; the text says why, and what can be done."""


@dataclass(frozen=True, slots=True)
class Table:
    """The headings, and the rows to come: each has a value for every heading."""

    headings: tuple[str, ...]
    surveys: int
    rows: Iterator[list[Value]]


def formats() -> tuple[str, ...]:
    """Give the formats that can be written here: XLSX needs openpyxl."""
    return tuple(name for name in FORMATS if name != XLSX or find_spec("openpyxl") is not None)


def table_of(schema: Schema, progress: Progress | None = None) -> Table:
    """Give the table of the surveys that there are now, the oldest first.

    Two queries, and two for each chunk of surveys. Questions that ask nothing have a column only if there are
    answers to them; those of other schemas, left over from older releases, come last.
    """
    surveys = Survey.objects.using(schema._state.db).filter(schema=schema)
    extent = surveys.aggregate(number=Count("pk"), last=Max("pk"))
    columns = {question.pk: question for question in _questions(schema)}
    headings = [_heading(question, schema) for question in columns.values()]
    # Surveys that begin meanwhile are left out: else there might be no end.
    rows = _rows(surveys.filter(pk__lte=extent["last"] or 0), columns, extent["number"], progress)
    return Table((*ABOUT, *headings), extent["number"], rows)


def _questions(schema: Schema) -> Iterable[Question]:
    questions = Question.objects.using(schema._state.db)
    used = questions.filter(survey_items__survey__schema=schema).order_by().values("pk")
    own = Q(schema=schema) & (~Q(type__in=NON_ANSWERABLE) | Q(pk__in=used))
    rows = questions.filter(own | (~Q(schema=schema) & Q(pk__in=used))).select_related("schema")
    return sorted(rows, key=lambda row: (row.schema_id != schema.pk, row.schema_id, row.position, row.pk))


def _heading(question: Question, schema: Schema) -> str:
    heading = f"{question.qid}: {question.text}"
    return heading if question.schema_id == schema.pk else f"{heading} [{question.schema}]"


def _rows(
    surveys: QuerySet[Survey], columns: dict[int, Question], number: int, progress: Progress | None
) -> Iterator[list[Value]]:
    last, done = 0, 0
    read = surveys.order_by("pk").values_list("pk", "user_id", "created", "updated", "state")
    while chunk := list(read.filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1][0]
        given = _answers([row[0] for row in chunk], using=surveys.db)
        for pk, user_id, created, updated, state in chunk:
            completed = state.get("completed") if isinstance(state, dict) else None
            about = [pk, _key(user_id), created.isoformat(), updated.isoformat(), completed]
            yield about + [_value(question, given.get((pk, key))) for key, question in columns.items()]
        done += len(chunk)
        if progress is not None:
            progress(done, max(done, number))


def _answers(survey_ids: Sequence[int], *, using: str) -> dict[tuple[int, int], tuple[str, list[str]]]:
    """Give the stored text and the chosen answers' texts, by survey's and question's id. One query."""
    items = SurveyItem.objects.using(using).filter(survey_id__in=survey_ids)
    rows = items.order_by("pk", "answer_links__pk").values_list(
        "survey_id", "related_question_id", "text", "answer_links__answer__text"
    )
    given: dict[tuple[int, int], tuple[str, list[str]]] = {}
    for survey_id, question_id, text, chosen in rows:
        answers = given.setdefault((survey_id, question_id), (text, []))[1]
        if chosen is not None:
            answers.append(chosen)
    return given


def _key(user_id: Any) -> int | str:
    """Give a user's id; a host's may be anything."""
    return user_id if isinstance(user_id, int) else str(user_id)


def _value(question: Question, given: tuple[str, list[str]] | None) -> Value:
    if given is None:
        return None
    text, chosen = given
    typed = html.unescape(text) if chat_settings.ESCAPE_TEXT else text
    if not chosen and question.type in _NUMBERS and _PLAIN_NUMBER.fullmatch(typed) and len(typed) <= 16:
        number = int(typed) if _WHOLE.fullmatch(typed) else float(typed)
        return number if abs(number) < _EXACT_MAX else typed
    return ", ".join([*chosen, typed] if typed else chosen)


def csv_chunks(table: Table) -> Iterator[str]:
    """Give the table as CSV, a few hundred lines at a time; spreadsheets take no cell for a formula."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([_harmless(heading) for heading in table.headings])
    for number, row in enumerate(table.rows, start=1):
        writer.writerow([_harmless(_as_text(value)) for value in row])
        if number % CHUNK == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _as_text(value: Value) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _harmless(cell: str) -> str:
    """Give the cell with an apostrophe before what would be a formula; a number is none."""
    if cell.startswith(_FORMULA) and not _PLAIN_NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def json_chunks(table: Table) -> Iterator[str]:
    """Give the table as a JSON list of objects, a few hundred at a time; what is not known is null."""
    buffer = io.StringIO()
    buffer.write("[")
    for number, row in enumerate(table.rows):
        buffer.write(",\n" if number else "\n")
        json.dump(dict(zip(table.headings, row, strict=True)), buffer, ensure_ascii=False)
        if number % CHUNK == CHUNK - 1:
            yield _taken(buffer)
    buffer.write("\n]\n")
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def write_xlsx(table: Table, file: IO[bytes]) -> None:
    """Write the table as a sheet; what begins like a formula is a text there.

    Characters that XML has not are left out, and a cell holds 32,767 characters. Raises `ExportRefused` if
    openpyxl is not installed, or for more surveys or questions than a sheet can hold.
    """
    try:
        from openpyxl import Workbook  # type: ignore[import-untyped]
        from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
    except ImportError as error:
        raise ExportRefused('XLSX needs openpyxl: pip install "django-chat-api[xlsx]"') from error
    if table.surveys > _SHEET_ROWS_MAX or len(table.headings) > _SHEET_COLUMNS_MAX:
        limits = f"{_SHEET_ROWS_MAX} surveys and {_SHEET_COLUMNS_MAX} columns"
        raise ExportRefused(f"A sheet holds {limits} at most. Write {CSV} or {JSON} instead.")
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Results")
    sheet.freeze_panes = "B2"

    def cell(value: Value) -> Any:
        if not isinstance(value, str):
            return value
        made = WriteOnlyCell(sheet, _NOT_IN_SHEETS.sub("", value))
        # By itself openpyxl takes a text with = for a formula, and #N/A for an error.
        made.data_type = "s"
        return made

    try:
        sheet.append([cell(heading) for heading in table.headings])
        for row in table.rows:
            sheet.append([cell(value) for value in row])
    except BaseException:
        # Nothing but saving removes openpyxl's own temporary file before the process ends.
        with suppress(Exception):
            book.save(io.BytesIO())
        raise
    book.save(file)


#: The formats that are texts.
TEXTS: Final[dict[str, Callable[[Table], Iterator[str]]]] = {CSV: csv_chunks, JSON: json_chunks}
