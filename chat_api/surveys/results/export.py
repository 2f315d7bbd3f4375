"""The surveys of one version of a schema as a table: a row for each survey, columns for each question.

Read in chunks of surveys and never kept as a whole. Texts are as they were typed, not as they are stored.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import IO, Any, Final, TypeAlias

from django.db.models import Count, F, Max, Q, QuerySet

from chat_api.engine.script import NON_ANSWERABLE, QuestionType
from chat_api.schemas.models import Answer, Question, Schema
from chat_api.surveys.models import Survey, SurveyItem
from chat_api.surveys.results.columns import (
    PLAIN_NUMBER,
    Asked,
    Column,
    Given,
    Value,
    columns_of,
    is_answered,
)
from chat_api.surveys.results.completion import is_counted_completed

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
#: What every row ends with; `hidden answers` has the qids whose answers count for nothing, because nothing shows them.
AFTER: Final = ("submitted", "hidden answers")

#: What spreadsheets take for the beginning of a formula, the wide forms too:
#: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
#: In countries that write 0,5 spreadsheets expect semicolons between cells. Quotes keep no cell together then, and each
#: of these parts can become a cell of its own.
_PART: Final = re.compile(r"(?<=[;\r\n])[^;\r\n]+")
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
    """Return the formats that can be written here: XLSX needs openpyxl."""
    return tuple(name for name in FORMATS if name != XLSX or find_spec("openpyxl") is not None)


def table_of(schema: Schema, progress: Progress | None = None, *, kind: str = CSV) -> Table:
    """Return the table, for one of `FORMATS`, of the surveys that there are now, the oldest first.

    Two queries, two more if an answer can be several, and two for each chunk of surveys. Questions that ask nothing
    have a column only if there are answers to them; those of other schemas, left over from older releases, come last.
    Answers to hidden questions are in the table, and their qids in its last column.
    """
    surveys = Survey.objects.using(schema._state.db).filter(schema=schema)
    extent = surveys.aggregate(number=Count("pk"), last=Max("pk"))
    is_json = kind == JSON
    asked = [(one.question, columns_of(one, lists=is_json)) for one in _asked(schema, lists=is_json)]
    headings = [column.heading for _, columns in asked for column in columns]
    # Surveys that begin meanwhile are left out: else there might be no end.
    rows = _rows(
        surveys.filter(pk__lte=extent["last"] or 0), schema, asked, extent["number"], progress, lists=is_json
    )
    return Table((*ABOUT, *headings, *AFTER), extent["number"], rows)


def _asked(schema: Schema, *, lists: bool) -> list[Asked]:
    """Return the questions that have columns."""
    questions = list(_questions(schema))
    several = [] if lists else [row.pk for row in questions if row.type == QuestionType.MULTICHOICE]
    options: dict[int, list[Answer]] = {}
    others: set[int] = set()
    if several:
        offered = Answer.objects.using(schema._state.db).filter(question__in=several)
        for answer in offered.order_by("position", "pk"):
            options.setdefault(answer.question_id, []).append(answer)
        others = _with_others(schema, several)
    return [
        Asked(row, _heading(row, schema), options.get(row.pk, ()), has_others=row.pk in others)
        for row in questions
    ]


def _with_others(schema: Schema, question_ids: Sequence[int]) -> set[int]:
    """Return the questions of which older releases took answers of other questions, or a text beside them."""
    items = SurveyItem.objects.using(schema._state.db).filter(
        survey__schema=schema, related_question__in=question_ids
    )
    links = Q(answer_links__isnull=False) & ~Q(answer_links__answer__question=F("related_question"))
    texts = ~Q(text="") & Q(related_question__choice_open=False)
    return set(
        items.filter(links | texts).order_by().values_list("related_question_id", flat=True).distinct()
    )


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
    surveys: QuerySet[Survey],
    schema: Schema,
    asked: Sequence[tuple[Question, Sequence[Column]]],
    number: int,
    progress: Progress | None,
    *,
    lists: bool,
) -> Iterator[list[Value]]:
    last, done = 0, 0
    own = [question for question, _ in asked if question.schema_id == schema.pk]
    read = surveys.order_by("pk").values_list("pk", "user_id", "created", "updated", "state", "submitted")
    while chunk := list(read.filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1][0]
        given = _answers([row[0] for row in chunk], using=surveys.db)
        for pk, user_id, created, updated, state, submitted in chunk:
            shown, hidden = _by_visibility(state, (q for q in own if _has_answer(q, given.get((pk, q.pk)))))
            completed = None
            if submitted is not None or isinstance(state, dict):
                completed = is_counted_completed(state or {}, submitted, is_answered=bool(shown))
            yield [
                pk,
                _key(user_id),
                created.isoformat(),
                updated.isoformat(),
                completed,
                *_values(pk, asked, given),
                None if submitted is None else submitted.isoformat(),
                hidden if lists else " ".join(map(str, hidden)),
            ]
        done += len(chunk)
        if progress is not None:
            progress(done, max(done, number))


def _values(
    survey_id: int,
    asked: Sequence[tuple[Question, Sequence[Column]]],
    given: Mapping[tuple[int, int], Given],
) -> Iterator[Value]:
    for question, columns in asked:
        answer = given.get((survey_id, question.pk))
        for column in columns:
            yield None if answer is None else column.value(answer)


def _has_answer(question: Question, given: Given | None) -> bool:
    return given is not None and is_answered(question, given)


def _by_visibility(state: Any, answered: Iterable[Question]) -> tuple[list[int], list[int]]:
    """Return the qids of the answered questions that the survey shows, and of those that it hides."""
    visibility = state.get("visibility") if isinstance(state, dict) else None
    shown: list[int] = []
    hidden: list[int] = []
    for question in answered:
        is_shown = not isinstance(visibility, list) or question.qid in visibility
        (shown if is_shown else hidden).append(question.qid)
    return shown, hidden


def _answers(survey_ids: Sequence[int], *, using: str) -> dict[tuple[int, int], Given]:
    """Return the answers as they are stored, by survey's and question's id. One query."""
    items = SurveyItem.objects.using(using).filter(survey_id__in=survey_ids)
    rows = items.order_by("pk", "answer_links__pk").values_list(
        "survey_id",
        "related_question_id",
        "text",
        "answer_links__answer_id",
        "answer_links__answer__text",
    )
    given: dict[tuple[int, int], Given] = {}
    for survey_id, question_id, text, answer_id, chosen in rows:
        answer = given.setdefault((survey_id, question_id), Given(text, []))
        if answer_id is not None:
            answer.chosen.append((answer_id, chosen))
    return given


def _key(user_id: Any) -> int | str:
    """Return a user's id; a host's may be anything."""
    return user_id if isinstance(user_id, int) else str(user_id)


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
    """Return the cell with an apostrophe before what would be a formula; a number is none."""
    cell = _PART.sub(lambda found: f"'{found[0]}" if _is_formula(found[0].lstrip('"')) else found[0], cell)
    return f"'{cell}" if _is_formula(cell) else cell


def _is_formula(text: str) -> bool:
    return text.startswith(_FORMULA) and not PLAIN_NUMBER.fullmatch(text)


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
