"""Drafts of imported schemas: unsaved rows, which are validated and then stored under new ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import SuspiciousFileOperation, ValidationError
from django.core.files.utils import validate_file_name
from django.core.validators import URLValidator
from django.db import models
from django.db.models.fields.files import FieldFile

from chat_api.lib.db.writes import insert
from chat_api.lib.rest.relations import can_be_key
from chat_api.schemas.actions import create_version, own_columns
from chat_api.schemas.models import Answer, AttachmentTemplate, Group, Question, Schema
from chat_api.schemas.portability.parsing import BadDocument, Reason, refuse_unstorable
from chat_api.schemas.validation import (
    clean_answer,
    clean_group,
    clean_question,
    clean_schema,
    clean_translations,
)
from chat_api.settings import chat_settings

#: The maximum number of reported errors.
_REASONS_MAX: Final = 20
#: The range of an integer column on every database.
_INTEGER_MAX: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class _Place:
    """A row of a draft; `where` says it in words."""

    where: str
    part: str = "schema"
    question: int | None = None
    qid: int | None = None
    answer: int | None = None
    index: int | None = None

    def reason(self, text: str, field: str, *, prefix: bool = True) -> Reason:
        """Return an error of a column of the row; with `prefix`, its text names the row and the column."""
        where = f"{self.where}: {field}" if prefix else ""
        return Reason(text, where, self.part, field, self.question, self.qid, self.answer, self.index)


@dataclass(slots=True)
class QuestionDraft:
    """A question with its answers and attachment templates."""

    row: Question
    group: Group | None = None
    answers: list[Answer] = field(default_factory=list)
    templates: list[AttachmentTemplate] = field(default_factory=list)


@dataclass(slots=True)
class SchemaDraft:
    """A schema with its parts. The rows are unsaved and not linked to each other."""

    row: Schema
    groups: list[Group] = field(default_factory=list)
    questions: list[QuestionDraft] = field(default_factory=list)
    #: Whether it becomes the next version of its name, whatever its own version.
    is_next_version: bool = False
    #: Whether attachments of earlier releases are accepted: any type, any URL.
    is_lenient: bool = False

    @property
    def size(self) -> int:
        """The number of rows, the schema included."""
        parts = sum(1 + len(each.answers) + len(each.templates) for each in self.questions)
        return 1 + len(self.groups) + parts


def check(draft: SchemaDraft, *, using: str) -> None:
    """Raise `BadDocument` with all errors: values that cannot be stored, and validation errors of `clean()`."""
    most: int = chat_settings.SCHEMA_QUESTIONS_MAX
    if len(draft.questions) > most:
        raise BadDocument(f"{len(draft.questions)} questions; SCHEMA_QUESTIONS_MAX allows {most}")
    found = (_duplicates(draft), _row_errors(draft), _unknown_content_types(draft, using))
    reasons = [reason for part in found for reason in part]
    if reasons:
        raise BadDocument(*reasons[:_REASONS_MAX])


def store(draft: SchemaDraft, *, using: str) -> Schema:
    """Store the draft as an unpublished schema, with its version if that is free, else the next one of its name."""
    row = draft.row
    version = None if draft.is_next_version else row.version
    schema = create_version(using=using, version=version, **own_columns(row))
    fill(schema, draft, using=using)
    return schema


def fill(schema: Schema, draft: SchemaDraft, *, using: str) -> None:
    """Store the groups and questions of the draft in an empty schema."""
    for row in draft.groups:
        row.schema = schema
    insert(draft.groups, using=using)
    for question in draft.questions:
        question.row.schema, question.row.group = schema, question.group
    insert([question.row for question in draft.questions], using=using)
    for question in draft.questions:
        for answer in question.answers:
            answer.question = question.row
        for template in question.templates:
            template.question = question.row
    insert([answer for question in draft.questions for answer in question.answers], using=using)
    insert([template for question in draft.questions for template in question.templates], using=using)


def _duplicates(draft: SchemaDraft) -> Iterator[Reason]:
    groups = [_Place("", "group", index=index) for index in range(len(draft.groups))]
    questions = [_place_of_question("", index, each) for index, each in enumerate(draft.questions)]
    of_groups = list(zip(groups, draft.groups, strict=True))
    of_questions = list(zip(questions, draft.questions, strict=True))
    yield from _duplicate_values("groups have the name", "name", [(p, row.name) for p, row in of_groups])
    yield from _duplicate_values(
        "groups have the position", "position", [(p, row.position) for p, row in of_groups]
    )
    names = [(place, each.row.name) for place, each in of_questions]
    names += [(place, row.key) for place, row in of_groups]
    yield from _duplicate_values(
        "questions or groups have the name", "name", [pair for pair in names if pair[1]]
    )
    for name in ("qid", "position"):
        values = [(place, getattr(each.row, name)) for place, each in of_questions]
        yield from _duplicate_values(f"questions have the {name}", name, values)
    for place, each in of_questions:
        what = f"answers to question {each.row.qid} have the position"
        places = [
            replace(place, part="answer", answer=index, index=index) for index in range(len(each.answers))
        ]
        positions = [answer.position for answer in each.answers]
        yield from _duplicate_values(what, "position", list(zip(places, positions, strict=True)))


def _duplicate_values(what: str, field: str, values: Sequence[tuple[_Place, Any]]) -> Iterator[Reason]:
    """Yield a reason for each value that occurs several times, at its last place."""
    last = {value: place for place, value in values}
    for value, times in Counter(value for _, value in values).items():
        if times > 1:
            is_key = field == "name" and last[value].part == "group" and what.startswith("questions")
            yield last[value].reason(f"{times} {what} {value}", "key" if is_key else field, prefix=False)


def _place_of_question(where: str, index: int, draft: QuestionDraft) -> _Place:
    return _Place(where, "question", question=index, qid=draft.row.qid, index=index)


def _row_errors(draft: SchemaDraft) -> Iterator[Reason]:
    schema = _Place("schema")
    yield from _column_errors(schema, draft.row)
    yield from _validation_errors(schema, lambda: clean_schema(draft.row))
    for index, group in enumerate(draft.groups):
        of_group = _Place(f"group {group.name}", "group", index=index)
        yield from _column_errors(of_group, group)
        yield from _validation_errors(of_group, lambda row=group: clean_group(row, names=()))
    qids = {question.row.qid for question in draft.questions}
    is_typed = any(question.row.name for question in draft.questions)
    for index, question in enumerate(draft.questions):
        place = _place_of_question(f"question {question.row.qid}", index, question)
        yield from _column_errors(place, question.row)
        yield from _validation_errors(
            place, lambda row=question.row: clean_question(row, names=(), is_typed=is_typed)
        )
        for number, answer in enumerate(question.answers):
            where = f"{place.where}, answer {answer.position}"
            of_answer = replace(place, where=where, part="answer", answer=number, index=number)
            yield from _column_errors(of_answer, answer)
            yield from _validation_errors(
                of_answer, lambda row=answer: clean_answer(row, qids=qids, is_typed=is_typed)
            )
        for number, template in enumerate(question.templates):
            where = f"{place.where}, attachment {number + 1}"
            of_template = replace(place, where=where, part="attachment", index=number)
            yield from _column_errors(of_template, template, lenient=draft.is_lenient)
            yield from _validation_errors(
                of_template, lambda row=template: clean_translations(row, "title", "description")
            )
            if template.url and not _has_web_scheme(template.url):
                yield of_template.reason(f"{template.url[:100]!r} is not a web URL", "url")


def _unknown_content_types(draft: SchemaDraft, using: str) -> Iterator[Reason]:
    templates = [template for question in draft.questions for template in question.templates]
    named = {row.content_type_id for row in templates if row.content_type_id is not None}
    if named:
        possible = [pk for pk in named if can_be_key(pk)]
        there = ContentType.objects.using(using).filter(pk__in=possible).values_list("pk", flat=True)
        for pk in sorted(named.difference(there)):
            yield Reason(f"unknown content type {pk}", part="attachment", field="content_type")


def _column_errors(place: _Place, row: models.Model, *, lenient: bool = False) -> Iterator[Reason]:
    columns = row._meta.concrete_fields
    # Parents are set later, and empty texts are valid.
    excluded = {column.name for column in columns if column.is_relation or column.primary_key}
    excluded |= {
        column.name
        for column in columns
        if isinstance(column, models.TextField) and getattr(row, column.attname) == ""
    }
    if lenient:
        excluded |= {"type", "url"}
        for name, most in (("type", 50), ("url", 200)):
            if len(getattr(row, name) or "") > most:
                yield place.reason(f"longer than {most} characters", name)
    files = [column for column in columns if isinstance(column, models.FileField)]
    excluded |= {file.name for file in files}
    for file in files:
        for text in _file_errors(getattr(row, file.attname), file):
            yield place.reason(text, file.name)
    yield from _validation_errors(place, lambda: row.clean_fields(exclude=excluded))
    for column in columns:
        if isinstance(column, models.FileField):
            continue
        value = getattr(row, column.attname)
        if isinstance(column, models.IntegerField) and value is not None and abs(value) > _INTEGER_MAX:
            yield place.reason(f"{value} is out of range", column.name)
        if value is None or isinstance(value, int):
            continue
        try:
            refuse_unstorable(value)
        except BadDocument as error:
            yield place.reason(str(error), column.name)


def _validation_errors(place: _Place, clean: Any) -> Iterator[Reason]:
    try:
        clean()
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            for message in messages:
                yield place.reason(message, name)


def _has_web_scheme(url: str) -> bool:
    try:
        return urlsplit(url).scheme in URLValidator.schemes
    except ValueError:
        return False


def _file_errors(value: Any, column: models.FileField) -> Iterator[str]:
    name = str(value)
    if not isinstance(value, str | FieldFile) or (name and not _is_in_upload_folder(name, column)):
        yield f"{name[:100]!r} is not the name of a stored file"
    elif column.max_length is not None and len(name) > column.max_length:
        yield f"longer than {column.max_length} characters"


def _is_in_upload_folder(name: str, column: Any) -> bool:
    """Return whether the name is in the upload folder of the column; authors have no access to other files.

    Users who can read a template can read its file, and the file is deleted with the last template that names it.
    """
    try:
        validate_file_name(name, allow_relative_path=True)
    except SuspiciousFileOperation:
        return False
    return PurePosixPath(name).parent == PurePosixPath(column.upload_to)
